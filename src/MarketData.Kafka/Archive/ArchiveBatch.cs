using Confluent.Kafka;

namespace MarketData.Kafka.Archive;

/// <summary>Records that are written together. Owned by the consumer's thread; once it is on its way, its records are only read.</summary>
/// <param name="startedAt">When its first record came, on the monotonic clock.</param>
internal sealed class ArchiveBatch(long startedAt)
{
    private readonly Dictionary<TopicPartition, long> _first = [];

    public List<ArchiveRecord> Records { get; } = [];

    /// <summary>The lowest offset of each partition that it holds: nothing from there on may be committed while it lives.</summary>
    public IReadOnlyDictionary<TopicPartition, long> First => _first;

    public long StartedAt => startedAt;

    /// <summary>Bytes of JSON.</summary>
    public long Bytes { get; private set; }

    public void Add(ArchiveRecord record)
    {
        Records.Add(record);
        Bytes += record.Value.Length;
        if (!_first.TryGetValue(record.Partition, out var first) || record.Offset < first)
            _first[record.Partition] = record.Offset;
    }

    /// <summary>Takes the records of partitions out; returns how many there were.</summary>
    public int Remove(IReadOnlySet<TopicPartition> partitions)
    {
        var removed = Records.RemoveAll(record => partitions.Contains(record.Partition));
        Bytes = Records.Sum(record => (long)record.Value.Length);
        Disown(partitions);
        return removed;
    }

    /// <summary>Its records of these partitions hold no commit back any more.</summary>
    public void Disown(IReadOnlySet<TopicPartition> partitions)
    {
        foreach (var partition in partitions) _first.Remove(partition);
    }
}
