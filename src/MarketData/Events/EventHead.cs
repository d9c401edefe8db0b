namespace MarketData.Events;

/// <summary>What is common to the events on the data topics, and a trade's numbers: enough to say what is there and when it came.</summary>
/// <param name="DataType"><c>orderbook</c>, <c>trade</c> or <c>ticker</c>.</param>
/// <param name="ExchangeTimeUnixMs">The exchange's time, in milliseconds since the Unix epoch.</param>
/// <param name="ReceivedAtUnixNs">Our clock, in nanoseconds since the Unix epoch.</param>
/// <param name="VerifiedAtUnixNs">When a periodic snapshot was repeated, our clock, in nanoseconds; else null.</param>
/// <param name="TradeSequence">A trade's number; else null.</param>
/// <param name="TradeId">A trade's id; else null.</param>
/// <param name="IsBackfill">Whether a trade was repaired rather than received live.</param>
public readonly record struct EventHead(
    string DataType,
    long ExchangeTimeUnixMs,
    long ReceivedAtUnixNs,
    long? VerifiedAtUnixNs,
    long? TradeSequence,
    string? TradeId,
    bool IsBackfill);
