using System.Globalization;

namespace MarketData.Deribit.Replay;

/// <summary>
/// What an instrument's name says of it, where the exchange's own list was not recorded (Deribit, "Instrument naming"):
/// <c>BTC-PERPETUAL</c>, <c>BTC_USDC</c>, <c>BTC-29JUN29</c>, <c>XRP_USDC-29JUN29-0d625-C</c>, <c>BTC-FS-29JUN29_PERP</c>,
/// <c>BTC-CS-29JUN29-70000_75000</c>. Ticks and sizes are not in it and stay unknown.
/// </summary>
internal static class InstrumentFacts
{
    // Expiry is at this hour of the named day, UTC.
    private const int ExpiryHour = 8;

    /// <summary>The instrument of a name; null when it is no name of an instrument.</summary>
    public static Instrument? Of(string name)
    {
        var parts = name.Split('-');
        var root = parts[0].Split('_');
        if (root.Length > 2 || root.Any(word => word.Length == 0 || !word.All(char.IsAsciiLetterOrDigit)))
            return null;
        var isLinear = root.Length == 2;
        var quote = isLinear ? root[1] : "USD";
        var facts = new Instrument
        {
            Exchange = DeribitExchange.ExchangeName,
            Name = name,
            BaseCurrency = root[0],
            QuoteCurrency = quote,
            SettlementCurrency = isLinear ? root[1] : root[0],
            ContractType = isLinear ? "linear" : "reversed",
            PriceIndex = $"{root[0]}_{quote}".ToLowerInvariant(),
        };
        return parts switch
        {
            [_] => isLinear ? facts with { Kind = "spot", SettlementCurrency = "", ContractType = "" } : null,
            [_, "PERPETUAL"] => facts with { Kind = "future", SettlementPeriod = "perpetual" },
            [_, var date] => Expiry(date) is { } at ? facts with { Kind = "future", ExpiresAt = at } : null,
            [_, "FS", var legs] => facts with { Kind = "future_combo", ExpiresAt = Expiry(legs.Split('_')[0]) },
            [_, var date, var price, "C" or "P"] => Option(facts, root, date, price, parts[3] == "P"),
            [_, var code, var dates, _] when code.Length > 0 && code.All(char.IsAsciiLetterUpper) =>
                facts with { Kind = "option_combo", ExpiresAt = Expiry(dates.Split('_')[0]) },
            _ => null,
        };
    }

    private static Instrument? Option(Instrument facts, string[] root, string date, string price, bool isPut) =>
        Expiry(date) is { } at
        && decimal.TryParse(price.Replace('d', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var strike)
            ? facts with { Kind = "option", QuoteCurrency = root[^1], ExpiresAt = at, Strike = strike, OptionType = isPut ? "put" : "call" }
            : null;

    private static DateTimeOffset? Expiry(string date) =>
        DateTimeOffset.TryParseExact(date, "dMMMyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)
            ? day.AddHours(ExpiryHour)
            : null;
}
