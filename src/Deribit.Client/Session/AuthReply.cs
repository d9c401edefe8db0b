using System.Text.Json;

namespace Deribit.Client.Session;

/// <summary>
/// The result of <c>public/auth</c>:
/// <c>{"access_token":"..","expires_in":900,"refresh_token":"..","scope":"..","token_type":"bearer"}</c>.
/// </summary>
internal static class AuthReply
{
    /// <summary>Used when the exchange does not say how long the authentication holds.</summary>
    private static readonly TimeSpan AssumedLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Reads how long it holds and the token that renews it.</summary>
    public static (TimeSpan Lifetime, string? RefreshToken) Read(ReadOnlySpan<byte> result)
    {
        var lifetime = AssumedLifetime;
        string? refreshToken = null;
        var reader = new Utf8JsonReader(result);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isLifetime = reader.ValueTextEquals("expires_in"u8);
            var isToken = reader.ValueTextEquals("refresh_token"u8);
            reader.Read();
            if (isLifetime && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seconds) && seconds > 0)
            {
                lifetime = TimeSpan.FromSeconds(Math.Min(seconds, (long)TimeSpan.FromDays(3650).TotalSeconds));
            }
            else if (isToken && reader.TokenType == JsonTokenType.String)
            {
                refreshToken = reader.GetString();
            }

            reader.Skip();
        }

        return (lifetime, refreshToken);
    }
}
