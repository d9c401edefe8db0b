using System.Runtime.InteropServices;
using System.Text.Json;

namespace MarketData.Events;

/// <summary>
/// Reads a JSON number as a decimal, exactly or not at all: .NET's own reading rounds what is too long without a word. Samples:
/// <c>92011.5</c>, <c>-0.00012</c>, <c>2.2e3</c>.
/// </summary>
internal static class ExactNumber
{
    // Every number of 28 digits with up to 28 decimals is a decimal; some of 29 are, and no column or book holds them.
    private const int MostDigits = 28;
    private const int MostExponentDigits = 4;

    /// <summary>Reads a member that is a number; false when a decimal cannot hold it exactly.</summary>
    public static bool TryRead(JsonElement number, out decimal value)
    {
        value = 0;
        return Fits(JsonMarshal.GetRawUtf8Value(number)) && number.TryGetDecimal(out value);
    }

    private static bool Fits(ReadOnlySpan<byte> text)
    {
        var exponent = 0;
        if (text.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var at)
        {
            var digits = text[(at + 1)..].TrimStart("+-"u8);
            if (digits.Length > MostExponentDigits) return false;
            foreach (var digit in digits) exponent = (exponent * 10) + (digit - '0');
            if (text[at + 1] == '-') exponent = -exponent;
            text = text[..at];
        }

        int significant = 0, decimals = 0;
        var isBehindPoint = false;
        foreach (var character in text)
        {
            if (character == '.') isBehindPoint = true;
            if (character is < (byte)'0' or > (byte)'9') continue;
            if (isBehindPoint) decimals++;
            if (significant > 0 || character != '0') significant++;
        }

        return significant <= MostDigits && decimals - exponent <= MostDigits;
    }
}
