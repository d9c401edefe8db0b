using System.Globalization;

namespace Deribit.Simulator.Wire;

/// <summary>What one connection agreed on about permessage-deflate (RFC 7692, section 7). Immutable.</summary>
/// <param name="KeepsContext">Whether what the server sent before may be referred to by later messages.</param>
/// <param name="Answer">The value of <c>Sec-WebSocket-Extensions</c> in the handshake's answer.</param>
internal sealed record DeflateTerms(bool KeepsContext, string Answer)
{
    private const string Extension = "permessage-deflate";

    // The platform's deflater has a window of 2^15 bytes and no other.
    private const int WindowBits = 15;
    private const int LeastWindowBits = 8;

    /// <summary>The first offer that can be kept; null when there is none, and then nothing is compressed.</summary>
    /// <param name="offers">The values of <c>Sec-WebSocket-Extensions</c> in the request.</param>
    public static DeflateTerms? Choose(IEnumerable<string?> offers) =>
        offers.SelectMany(line => (line ?? "").Split(',')).Select(Accept).FirstOrDefault(terms => terms is not null);

    private static DeflateTerms? Accept(string offer)
    {
        var parts = offer.Split(';', StringSplitOptions.TrimEntries);
        if (!parts[0].Equals(Extension, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // Each message of the client can be read by itself, so that nothing need be kept of it.
        var answer = $"{Extension}; client_no_context_takeover";
        var keepsContext = true;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.AsSpan(1))
        {
            var (name, value) = part.Split('=', 2, StringSplitOptions.TrimEntries) is [var key, var text] ? (key, text.Trim('"')) : (part, null);
            if (!seen.Add(name))
            {
                return null;
            }

            switch (name.ToLowerInvariant())
            {
                case "server_no_context_takeover" when value is null:
                    keepsContext = false;
                    answer += "; server_no_context_takeover";
                    break;
                case "client_no_context_takeover" when value is null:
                case "client_max_window_bits" when value is null || Bits(value) is not null:
                    break;
                case "server_max_window_bits" when Bits(value) == WindowBits:
                    answer += "; server_max_window_bits=15";
                    break;
                default:
                    return null;
            }
        }

        return new DeflateTerms(keepsContext, answer);
    }

    private static int? Bits(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits is >= LeastWindowBits and <= WindowBits
            ? bits
            : null;
}
