namespace MarketData.Kafka;

/// <summary>One record as read from a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The place in the partition.</param>
/// <param name="Key">The key as text; empty when the record has none.</param>
/// <param name="Value">The value's bytes; null for a tombstone.</param>
/// <param name="Headers">The headers in their order, each value as text.</param>
/// <param name="TimestampUnixMs">The record's time as Kafka holds it, in milliseconds since the Unix epoch.</param>
public sealed record KafkaRecord(
    string Topic,
    int Partition,
    long Offset,
    string Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    long TimestampUnixMs);
