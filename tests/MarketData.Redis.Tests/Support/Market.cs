using System.Globalization;
using System.Text.Json;

namespace MarketData.Redis.Tests.Support;

/// <summary>Small hand-made events.</summary>
internal static class Market
{
    public const string Exchange = "deribit";

    public static string Key(string instrument) => $"{Exchange}.{instrument}";

    public static OrderBookEvent Snapshot(string instrument, long changeId, BookLevel[]? bids = null, BookLevel[]? asks = null) =>
        Book(instrument, BookAction.Snapshot, changeId, null, bids ?? [new(100, 1)], asks ?? [new(101, 2)]);

    /// <summary>An update whose best bid amount is the change id, so that a value tells which update it shows.</summary>
    public static OrderBookEvent Update(string instrument, long changeId, long? previousChangeId = null) =>
        Book(instrument, BookAction.Update, changeId, previousChangeId ?? changeId - 1, [new(100, changeId)], []);

    public static OrderBookEvent Book(
        string instrument, BookAction action, long changeId, long? previousChangeId, BookLevel[] bids, BookLevel[] asks) => new()
        {
            Exchange = Exchange,
            InstrumentName = instrument,
            Key = Key(instrument),
            ExchangeTimeUnixMs = 1_700_000_000_000 + changeId,
            ReceivedAtUnixNs = 1_700_000_000_000_000_000 + changeId,
            Action = action,
            Bids = bids,
            Asks = asks,
            ChangeId = changeId,
            PreviousChangeId = previousChangeId,
            BestBid = bids.Length > 0 ? bids[0] : null,
            BestAsk = asks.Length > 0 ? asks[0] : null,
        };

    public static TradeEvent Trade(string instrument, long sequence, TradeSource source = TradeSource.Live) => new()
    {
        Exchange = Exchange,
        InstrumentName = instrument,
        Key = Key(instrument),
        ExchangeTimeUnixMs = 1_700_000_000_000 + sequence,
        ReceivedAtUnixNs = 1_700_000_000_000_000_000 + sequence,
        TradeId = sequence.ToString(CultureInfo.InvariantCulture),
        TradeSequence = sequence,
        Price = 100.5m,
        Amount = 10,
        Direction = TradeDirection.Buy,
        Source = source,
    };

    public static TickerEvent Ticker(string instrument, decimal lastPrice) => new()
    {
        Exchange = Exchange,
        InstrumentName = instrument,
        Key = Key(instrument),
        ExchangeTimeUnixMs = 1_700_000_000_000,
        ReceivedAtUnixNs = 1_700_000_000_000_000_000,
        LastPrice = lastPrice,
    };

    public static IntegrityEvent Integrity(string instrument, IntegrityKind kind, string channel = "orderbook") => new()
    {
        Exchange = Exchange,
        InstrumentName = instrument,
        Key = Key(instrument),
        ExchangeTimeUnixMs = 0,
        ReceivedAtUnixNs = 1_700_000_000_000_000_000,
        Channel = channel,
        Kind = kind,
    };

    public static long ChangeIdOf(ReadOnlyMemory<byte> json) => NumberOf(json, "change_id");

    public static long NumberOf(ReadOnlyMemory<byte> json, string member)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(member).GetInt64();
    }
}
