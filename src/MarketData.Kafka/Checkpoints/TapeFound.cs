using MarketData.Trades;

namespace MarketData.Kafka.Checkpoints;

/// <summary>Where a tape ends.</summary>
/// <param name="Position">The last trade without a hole before it.</param>
/// <param name="Partition">The partition of the trades' topic.</param>
/// <param name="Offset">Every trade of the tape up to this offset was looked at.</param>
internal sealed record TapeFound(TradePosition Position, int Partition, long Offset);
