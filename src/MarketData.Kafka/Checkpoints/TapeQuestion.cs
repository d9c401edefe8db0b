using MarketData.Trades;

namespace MarketData.Kafka.Checkpoints;

/// <summary>Where the search for a tape's end begins.</summary>
/// <param name="Start">The checkpoint.</param>
/// <param name="Partition">The partition of the trades' topic.</param>
/// <param name="CoveredUpTo">The checkpoint covers every trade of the tape up to this offset.</param>
internal sealed record TapeQuestion(TradePosition Start, int Partition, long CoveredUpTo);
