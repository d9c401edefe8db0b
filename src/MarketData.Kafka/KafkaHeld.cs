namespace MarketData.Kafka;

/// <summary>What a topic holds, in the partitions that were asked about.</summary>
/// <param name="Records">How many records at most, of all keys.</param>
/// <param name="CompleteFromUnixMs">
/// Everything that was received at this time or later (in milliseconds since the Unix epoch) is held, as far as it was published at all;
/// <see cref="long.MaxValue"/> when nothing is held any more; null when nothing was ever deleted.
/// </param>
public readonly record struct KafkaHeld(long Records, long? CompleteFromUnixMs);
