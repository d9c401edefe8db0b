namespace MarketData.Coverage;

/// <summary>What coverage needs of one trade on its topic.</summary>
/// <param name="Sequence">Its number in the instrument's own sequence.</param>
/// <param name="TradeId">The exchange's id, which tells a sequence that started over.</param>
/// <param name="ExchangeTimeUnixMs">The exchange's time, in milliseconds since the Unix epoch.</param>
/// <param name="IsBackfill">Whether it was repaired rather than received live.</param>
public sealed record TradeMark(long Sequence, string TradeId, long ExchangeTimeUnixMs, bool IsBackfill);
