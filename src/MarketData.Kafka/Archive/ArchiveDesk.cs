using System.Diagnostics;
using Confluent.Kafka;
using MarketData.History;
using MarketData.Telemetry;

namespace MarketData.Kafka.Archive;

/// <summary>
/// What is between Kafka and the history. Comes in: partitions, and their records in order. Goes out: batches to the history, dead letters,
/// and up to where each partition is durable. Owns: a lane per table, one for dead letters, and the positions. The consumer's thread only.
/// </summary>
internal sealed class ArchiveDesk
{
    private readonly IHistoryStore _store;
    private readonly Func<ArchiveRecord, string, CancellationToken, Task> _bury;
    private readonly ArchiveCounters _counters;
    private readonly Action<TopicPartition, long, long> _jumped;
    private readonly ArchiveLane[] _tables;
    private readonly ArchiveLane _deadLetters;
    private readonly ArchiveLane[] _lanes;

    // The next offset of each partition that is ours; null when any may come.
    private readonly Dictionary<TopicPartition, long?> _next = [];
    private readonly Dictionary<TopicPartition, long> _committed = [];

    /// <summary>Creates it.</summary>
    /// <param name="options">The size of batches.</param>
    /// <param name="store">The history.</param>
    /// <param name="bury">Makes a record a dead letter with a reason; returns when Kafka has it.</param>
    /// <param name="jumped">Told of a partition's offset that came instead of the expected one: (partition, expected, came).</param>
    /// <param name="counters">Counts the records.</param>
    /// <param name="timeProvider">The clock.</param>
    public ArchiveDesk(
        ArchiveOptions options, IHistoryStore store, Func<ArchiveRecord, string, CancellationToken, Task> bury,
        Action<TopicPartition, long, long> jumped, ArchiveCounters counters, TimeProvider timeProvider)
    {
        (_store, _bury, _jumped, _counters) = (store, bury, jumped, counters);
        _tables = [.. HistoryTables.OfEvents.Select(table => new ArchiveLane(options, (batch, token) => StoreAsync(table, batch, token), timeProvider))];
        _deadLetters = new ArchiveLane(options, BuryAsync, timeProvider);
        _lanes = [.. _tables, _deadLetters];
    }

    /// <summary>The partitions that are ours.</summary>
    public IReadOnlyCollection<TopicPartition> Partitions => _next.Keys;

    /// <summary>Whether everything that was taken is through.</summary>
    public bool IsEmpty => !_lanes.SelectMany(lane => lane.Batches).Any();

    /// <summary>The ends of the batches that are on their way.</summary>
    public Task[] Writing => [.. _lanes.Select(lane => lane.Writing)];

    /// <summary>The topics of which no more may come for now.</summary>
    public IReadOnlySet<string> FullTopics => _lanes.Where(lane => lane.IsFull).SelectMany(lane => lane.Batches)
        .SelectMany(batch => batch.First.Keys).Select(partition => partition.Topic).ToHashSet(StringComparer.Ordinal);

    /// <summary>A partition is ours from an offset on; null: from whatever comes first.</summary>
    public void Begin(TopicPartition partition, long? offset)
    {
        _next[partition] = offset;
        if (offset is { } committed) _committed[partition] = committed;
    }

    /// <summary>The offset that is due next, null when any may come; false when the partition is not ours.</summary>
    public bool TryGetNext(TopicPartition partition, out long? offset) => _next.TryGetValue(partition, out offset);

    /// <summary>Takes a record; one of a partition that is not ours any more is left to its owner.</summary>
    /// <returns>Whether its lane has no room for more.</returns>
    public bool Take(ArchiveRecord record)
    {
        if (!_next.TryGetValue(record.Partition, out var expected)) return false;
        if (expected is { } due && due != record.Offset) _jumped(record.Partition, due, record.Offset);
        _next[record.Partition] = record.Offset + 1;
        _counters.AddRead();
        var lane = record.Event is { } marketEvent ? _tables[(int)HistoryTables.Of(marketEvent)] : _deadLetters;
        lane.Add(record);
        return lane.IsFull;
    }

    /// <summary>Nothing comes of a partition before an offset: what was due until there is gone.</summary>
    public void Miss(TopicPartition partition, long offset)
    {
        if (_next.GetValueOrDefault(partition) is not { } due) return;
        _jumped(partition, due, offset);
        _next[partition] = offset;
    }

    /// <summary>Sends what is due and notices what is through.</summary>
    /// <param name="flush">Whether batches need not wait for more records.</param>
    /// <param name="cancellationToken">Gives up the batches that are sent.</param>
    /// <returns>Whether a batch ended.</returns>
    /// <exception cref="SinkError">The history will not take a batch, ever.</exception>
    public bool Advance(bool flush, CancellationToken cancellationToken)
    {
        var hasEnded = false;
        foreach (var lane in _lanes) hasEnded |= lane.Advance(flush, cancellationToken);
        return hasEnded;
    }

    /// <summary>Whether records of these partitions are not through yet.</summary>
    public bool Holds(IReadOnlySet<TopicPartition> partitions) =>
        _lanes.SelectMany(lane => lane.Batches).Any(batch => batch.First.Keys.Any(partitions.Contains));

    /// <summary>Partitions go to others; what was not sent of them is dropped, and is the new owner's to read.</summary>
    public void End(IReadOnlySet<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            _next.Remove(partition);
            _committed.Remove(partition);
        }
        foreach (var lane in _lanes) _counters.AddReturned(lane.Drop(partitions));
    }

    /// <summary>For each partition, the offset up to which every record is stored, is a dead letter, or was gone.</summary>
    public IReadOnlyDictionary<TopicPartition, long> Durable()
    {
        var batches = _lanes.SelectMany(lane => lane.Batches).ToList();
        var offsets = new Dictionary<TopicPartition, long>();
        foreach (var (partition, next) in _next)
        {
            if (next is not { } durable) continue;
            foreach (var batch in batches)
            {
                if (batch.First.TryGetValue(partition, out var first) && first < durable) durable = first;
            }
            offsets[partition] = durable;
        }
        return offsets;
    }

    /// <summary>What of <see cref="Durable"/> the group does not know yet.</summary>
    public IReadOnlyList<TopicPartitionOffset> Uncommitted() =>
    [
        .. Durable().Where(durable => !_committed.TryGetValue(durable.Key, out var committed) || committed != durable.Value)
            .Select(durable => new TopicPartitionOffset(durable.Key, durable.Value)),
    ];

    /// <summary>Whether everything was taken that is before these offsets.</summary>
    public bool HasTaken(IReadOnlyDictionary<TopicPartition, long> ends) =>
        ends.All(end => end.Value == 0 || (_next.TryGetValue(end.Key, out var next) && next >= end.Value));

    /// <summary>The group knows these offsets; of a partition that is not ours any more it is left to its owner.</summary>
    public void Committed(IEnumerable<TopicPartitionOffset> offsets)
    {
        foreach (var offset in offsets)
        {
            if (_next.ContainsKey(offset.TopicPartition)) _committed[offset.TopicPartition] = offset.Offset.Value;
        }
    }

    private async Task StoreAsync(HistoryTable table, ArchiveBatch batch, CancellationToken cancellationToken)
    {
        var events = batch.Records.Select(record => record.Event).OfType<MarketDataEvent>().ToList();
        using var span = Spans.Begin("archive.batch")
            ?.SetTag("marketdata.table", table.ToString()).SetTag("marketdata.rows", events.Count).SetTag("marketdata.store", _store.Name);
        var rejected = await Spans.Within(span, () => _store.WriteAsync(
            table, events, (index, reason, token) => BuryOneAsync(batch.Records[index], reason, token), cancellationToken));
        span?.SetTag("marketdata.rejected", rejected).SetStatus(ActivityStatusCode.Ok);
        _counters.AddStored(table, events.Count - rejected);
        _counters.AddBatch();
    }

    private async Task BuryAsync(ArchiveBatch batch, CancellationToken cancellationToken)
    {
        await Task.WhenAll(batch.Records.Select(record => BuryOneAsync(record, record.Fault, cancellationToken)));
        _counters.AddBatch();
    }

    private async Task BuryOneAsync(ArchiveRecord record, string reason, CancellationToken cancellationToken)
    {
        await _bury(record, reason, cancellationToken);
        _counters.AddDeadLetter();
    }
}
