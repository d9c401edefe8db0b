namespace MarketData;

/// <summary>The link from a combo's trade to the trade of one of its legs.</summary>
/// <param name="InstrumentName">The exchange's own name of the leg.</param>
/// <param name="TradeId">The exchange's id of the leg's trade.</param>
/// <param name="TradeSequence">The number of the leg's trade in the leg's own sequence; null when the exchange did not say.</param>
public sealed record TradeLeg(string InstrumentName, string TradeId, long? TradeSequence);
