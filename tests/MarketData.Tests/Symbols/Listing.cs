namespace MarketData.Tests.Symbols;

/// <summary>A small exchange's instruments, as seen on 27 November 2026.</summary>
internal static class Listing
{
    public static readonly DateTimeOffset Now = new(2026, 11, 27, 7, 0, 0, TimeSpan.Zero);

    public static readonly Instrument Perpetual = new()
    {
        Exchange = "venue", Name = "BTC-PERPETUAL", Kind = "future", BaseCurrency = "BTC", QuoteCurrency = "USD", SettlementCurrency = "BTC",
        SettlementPeriod = "perpetual", ContractType = "reversed", PriceIndex = "btc_usd",
    };

    public static readonly Instrument Linear = Perpetual with
    {
        Name = "SOL_USDC-PERPETUAL", BaseCurrency = "SOL", QuoteCurrency = "USDC", SettlementCurrency = "USDC", ContractType = "linear",
    };

    public static Instrument Option(string currency, double daysFromNow, int strike, string type) => new()
    {
        Exchange = "venue", Name = $"{currency}-{daysFromNow:0}D-{strike}-{type[..1].ToUpperInvariant()}", Kind = "option", BaseCurrency = currency,
        QuoteCurrency = currency, SettlementCurrency = currency, SettlementPeriod = "week", ContractType = "reversed",
        OptionType = type, Strike = strike, ExpiresAt = Now.AddDays(daysFromNow),
    };

    public static readonly IReadOnlyList<Instrument> All =
    [
        Perpetual, Linear, Option("BTC", 1, 90000, "call"), Option("BTC", 1, 90000, "put"), Option("BTC", 60, 120000, "call"),
        Option("BTC", 90, 120000, "call"), Option("ETH", 1, 3000, "call"),
    ];
}
