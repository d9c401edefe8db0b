using System.Globalization;

namespace Deribit.Simulator.Instruments;

/// <summary>
/// The grammar of instrument names: <c>BTC-PERPETUAL</c>, <c>BTC_USDC-PERPETUAL</c>, <c>BTC-29JUN29</c>,
/// <c>XRP_USDC-29JUN29-0d625-C</c>, <c>BTC_USDC</c>, <c>BTC-FS-29JUN29_PERP</c>, <c>BTC-CS-29JUN29-70000_75000</c>.
/// </summary>
internal static class InstrumentNames
{
    /// <summary>The facts that the name alone gives, or null when it is no instrument name.</summary>
    public static InstrumentSpec? Parse(string name)
    {
        var parts = name.Split('-');
        var root = parts[0].Split('_');
        if (root.Length > 2 || root.Any(word => word.Length == 0 || !word.All(char.IsAsciiLetterOrDigit)))
        {
            return null;
        }

        var linear = root.Length == 2;
        var spec = new InstrumentSpec
        {
            Name = name,
            Kind = "future",
            Base = root[0],
            Quote = linear ? root[1] : "USD",
            Currency = linear ? root[1] : root[0],
            IsInverse = !linear,
            PriceIndex = (root[0] + "_" + (linear ? root[1] : "usd")).ToLowerInvariant(),
        };
        switch (parts.Length)
        {
            case 1:
                return linear ? spec with { Kind = "spot" } : null;
            case 2 when parts[1] == "PERPETUAL":
                return spec with { IsPerpetual = true };
            case 2:
                return Expiry(parts[1]) is { } date ? spec with { ExpirationUnixMs = date } : null;
            case 3 when parts[1] == "FS":
                var leg = parts[2].Split('_')[0];
                return spec with { Kind = "future_combo", ExpirationUnixMs = Expiry(leg) ?? InstrumentSpec.FarFutureUnixMs };
            case 4 when parts[3] is "C" or "P" && Expiry(parts[1]) is { } expiry:
                var strike = parts[2].Replace('d', '.');
                return decimal.TryParse(strike, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
                    ? spec with
                    {
                        Kind = "option",
                        Quote = linear ? root[1] : root[0],
                        ExpirationUnixMs = expiry,
                        Strike = strike,
                        IsPut = parts[3] == "P",
                    }
                    : null;
            case 4 when parts[1].All(char.IsAsciiLetterUpper):
                return spec with
                {
                    Kind = "option_combo",
                    Quote = linear ? root[1] : root[0],
                    ExpirationUnixMs = Expiry(parts[2].Split('_')[0]) ?? InstrumentSpec.FarFutureUnixMs,
                };
            default:
                return null;
        }
    }

    // Expiry is 08:00 UTC of the named day; the day has no leading zero.
    private static long? Expiry(string date) =>
        DateTimeOffset.TryParseExact(
            date, "dMMMyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
            ? day.AddHours(8).ToUnixTimeMilliseconds()
            : null;
}
