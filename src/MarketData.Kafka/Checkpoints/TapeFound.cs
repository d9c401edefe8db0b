using MarketData.Trades;

namespace MarketData.Kafka.Checkpoints;

/// <summary>Where a tape ends.</summary>
/// <param name="Position">The last trade without a hole before it, with those behind the hole.</param>
/// <param name="Partition">The partition of the trades' topic.</param>
/// <param name="Offset">Every trade of the tape up to this offset was looked at, and none of them is behind a hole.</param>
internal sealed record TapeFound(TradePosition Position, int Partition, long Offset);
