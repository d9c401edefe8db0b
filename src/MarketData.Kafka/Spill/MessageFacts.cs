namespace MarketData.Kafka;

/// <summary>
/// What the lane must still know of an event when only its message is left, as it is after a stay on disk: for its counters, the report of
/// a refusal, and those who want to hear of acknowledged trades.
/// </summary>
internal sealed record MessageFacts(
    string Exchange, string InstrumentName, long ExchangeTimeUnixMs, long ReceivedAtUnixNs, long Epoch, MessageKind Kind, string Channel)
{
    /// <summary>The ids that readers miss when the message is refused.</summary>
    public long? FromId { get; init; }

    public long? ToId { get; init; }

    /// <summary>The exchange's id of a trade; else empty.</summary>
    public string TradeId { get; init; } = "";

    /// <summary>The last trade sequence without a hole before it when the event was made; 0 when unknown.</summary>
    public long CompleteUpTo { get; init; }

    /// <summary>Whether the time from the socket to the acknowledgement says anything.</summary>
    public bool MeasuresLag { get; init; } = true;

    public static MessageFacts Of(MarketDataEvent marketEvent) => marketEvent switch
    {
        OrderBookEvent book => Base(book, MessageKind.OrderBook, "orderbook") with
        {
            FromId = book.PreviousChangeId,
            ToId = book.ChangeId,
            MeasuresLag = book.VerifiedAtUnixNs is null,
        },
        TradeEvent trade => Base(trade, MessageKind.Trade, "trade") with
        {
            FromId = trade.TradeSequence,
            ToId = trade.TradeSequence,
            TradeId = trade.TradeId,
            CompleteUpTo = trade.CompleteUpTo,
        },
        TickerEvent ticker => Base(ticker, MessageKind.Ticker, "ticker"),
        IntegrityEvent integrity => Base(integrity, MessageKind.Integrity, integrity.Channel),
        _ => Base(marketEvent, MessageKind.Other, ""),
    };

    private static MessageFacts Base(MarketDataEvent marketEvent, MessageKind kind, string channel) => new(
        marketEvent.Exchange, marketEvent.InstrumentName, marketEvent.ExchangeTimeUnixMs, marketEvent.ReceivedAtUnixNs, marketEvent.Epoch,
        kind, channel);
}

/// <summary>What kind of event a message carries. The numbers are written to disk: never change one.</summary>
internal enum MessageKind
{
    /// <summary>A kind that a later version adds.</summary>
    Other = 0,

    OrderBook = 1,

    Trade = 2,

    Ticker = 3,

    Integrity = 4,
}
