namespace MarketData.Trades;

/// <summary>Where an instrument's trade tape stands: its last trade without a hole before it.</summary>
/// <param name="TradeSequence">The trade's position in the instrument's own sequence.</param>
/// <param name="TradeId">The exchange's id of that trade, which tells a sequence that started over.</param>
/// <param name="ExchangeTimeUnixMs">The exchange's time of that trade, in milliseconds since the Unix epoch.</param>
public sealed record TradePosition(long TradeSequence, string TradeId, long ExchangeTimeUnixMs)
{
    /// <summary>Trades that are published already behind a hole that is still open, by number, rising; mostly empty.</summary>
    public IReadOnlyList<TradePosition> Ahead { get; init; } = [];
}
