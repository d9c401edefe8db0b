using MarketData;

namespace TestRigs;

/// <summary>Events to write.</summary>
internal static class Sample
{
    public const long Milliseconds = 1_795_447_094_480;
    public const long Nanoseconds = 1_795_447_094_480_929_417;

    public static TradeEvent Trade(long sequence, decimal price = 92011.5m, string? id = null) => new()
    {
        Exchange = "deribit",
        InstrumentName = "BTC-PERPETUAL",
        Key = "deribit.BTC-PERPETUAL",
        ExchangeTimeUnixMs = Milliseconds + sequence,
        ReceivedAtUnixNs = Nanoseconds + sequence,
        Epoch = 3,
        TradeId = id ?? $"t{sequence}",
        TradeSequence = sequence,
        Price = price,
        Amount = 10,
        Direction = TradeDirection.Buy,
        TickDirection = 1,
        IndexPrice = 92000.25m,
        Legs = [new TradeLeg("BTC-LEG", "leg-1", 7), new TradeLeg("BTC-OTHER", "leg-2", null)],
    };

    public static TradeEvent[] Trades(int count) => [.. Enumerable.Range(1, count).Select(sequence => Trade(sequence))];

    public static OrderBookEvent Book(BookAction action, long changeId, long? verifiedAt = null) => new()
    {
        Exchange = "deribit",
        InstrumentName = "BTC-PERPETUAL",
        Key = "deribit.BTC-PERPETUAL",
        ExchangeTimeUnixMs = Milliseconds,
        ReceivedAtUnixNs = Nanoseconds,
        Action = action,
        Bids = new BookLevel[] { new(92011.5m, 10), new(-0.000000000000000001m, 0) },
        Asks = ReadOnlyMemory<BookLevel>.Empty,
        ChangeId = changeId,
        PreviousChangeId = action == BookAction.Update ? changeId - 1 : null,
        VerifiedAtUnixNs = verifiedAt,
        BestBid = new BookLevel(92011.5m, 10),
        BestAsk = null,
    };

    public static TickerEvent Ticker() => new()
    {
        Exchange = "deribit",
        InstrumentName = "BTC-PERPETUAL",
        Key = "deribit.BTC-PERPETUAL",
        ExchangeTimeUnixMs = Milliseconds,
        ReceivedAtUnixNs = Nanoseconds,
        State = "open",
        LastPrice = 92011.5m,
        OpenInterest = 1.5e9,
        Greeks = new Greeks(0.5, null, null, null, 1),
    };

    public static ExchangeCandle Candle(long minute = 0, decimal close = 92011.5m) => new()
    {
        Exchange = "deribit",
        InstrumentName = "BTC-PERPETUAL",
        Resolution = TimeSpan.FromMinutes(1),
        ExchangeTimeUnixMs = (Milliseconds / 60_000 * 60_000) + (minute * 60_000),
        ReceivedAtUnixNs = Nanoseconds,
        Open = 92000.5m,
        High = 92020,
        Low = -0.000000000000000001m,
        Close = close,
        Volume = 1.25,
    };

    public static FundingRate Funding(long hour = 0) => new()
    {
        Exchange = "deribit",
        InstrumentName = "BTC-PERPETUAL",
        ExchangeTimeUnixMs = (Milliseconds / 3_600_000 * 3_600_000) + (hour * 3_600_000),
        ReceivedAtUnixNs = Nanoseconds,
        IndexPrice = 92000.25m,
        Interest1Hour = -4.739622041017375e-7,
    };

    public static VolatilityCandle Volatility() => new()
    {
        Exchange = "deribit",
        InstrumentName = "BTC",
        Resolution = TimeSpan.FromHours(12),
        ExchangeTimeUnixMs = Milliseconds,
        ReceivedAtUnixNs = Nanoseconds,
        Open = 40.5,
        High = 41,
        Low = 39.25,
        Close = 40,
    };

    public static IntegrityEvent Integrity(string? detail) => new()
    {
        Exchange = "deribit",
        InstrumentName = "BTC-PERPETUAL",
        Key = "deribit.BTC-PERPETUAL",
        ExchangeTimeUnixMs = 0,
        ReceivedAtUnixNs = Nanoseconds,
        Channel = "trade",
        Kind = IntegrityKind.TradeGap,
        FromId = 4,
        ToTimeUnixMs = Milliseconds,
        Detail = detail,
    };
}
