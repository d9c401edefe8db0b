using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Deribit.Client.Session;

/// <summary>
/// The proof of <c>client_signature</c>: HMAC-SHA256, keyed with the secret, over <c>timestamp\nnonce\ndata</c>, in lower-case hex.
/// </summary>
internal static class ClientSignature
{
    public static string Sign(string secret, long timestampUnixMs, string nonce, string data)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{timestampUnixMs}\n{nonce}\n{data}");
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
    }
}
