namespace MarketData.Trades;

/// <summary>A hole in an instrument's trade sequence that is still open.</summary>
/// <param name="FromSequence">First trade that was missing when the hole was found.</param>
/// <param name="ToSequence">Last trade that was missing when the hole was found.</param>
/// <param name="Missing">How many of them are missing still.</param>
public readonly record struct TradeGap(long FromSequence, long ToSequence, long Missing);
