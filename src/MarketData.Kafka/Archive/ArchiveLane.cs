using Confluent.Kafka;

namespace MarketData.Kafka.Archive;

/// <summary>
/// The way of one table's records. Comes in: records. Goes out: batches, by rows, bytes and age, one on its way at a time while the next one
/// forms. Owns: both. The consumer's thread only; a batch is written on the pool.
/// </summary>
/// <param name="options">The size of batches.</param>
/// <param name="write">Writes a batch; returns when every record of it is stored or is a dead letter.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ArchiveLane(ArchiveOptions options, Func<ArchiveBatch, CancellationToken, Task> write, TimeProvider timeProvider)
{
    private ArchiveBatch? _forming;
    private ArchiveBatch? _running;

    /// <summary>The end of the batch that is on its way.</summary>
    public Task Writing { get; private set; } = Task.CompletedTask;

    /// <summary>Whether no more may come before the batch that is on its way is through.</summary>
    public bool IsFull => _running is not null && IsWhole;

    /// <summary>The batches that are not through.</summary>
    public IEnumerable<ArchiveBatch> Batches => new[] { _running, _forming }.OfType<ArchiveBatch>();

    private bool IsWhole => _forming is { } batch && (batch.Records.Count >= options.BatchRows || batch.Bytes >= options.BatchBytes);

    public void Add(ArchiveRecord record) => (_forming ??= new ArchiveBatch(timeProvider.GetTimestamp())).Add(record);

    /// <summary>
    /// Takes the records of partitions out of the batch that forms. One that is on its way goes on, and its rows collapse; what is committed of
    /// them is somebody else's to say.
    /// </summary>
    public int Drop(IReadOnlySet<TopicPartition> partitions)
    {
        var removed = _forming?.Remove(partitions) ?? 0;
        if (_forming is { Records.Count: 0 }) _forming = null;
        _running?.Disown(partitions);
        return removed;
    }

    /// <summary>Notices the end of a batch, and sends the next one when it is due.</summary>
    /// <param name="flush">Whether what there is need not wait for more.</param>
    /// <param name="cancellationToken">Gives the batch up that is sent.</param>
    /// <returns>Whether a batch ended. What it threw, this throws.</returns>
    public bool Advance(bool flush, CancellationToken cancellationToken)
    {
        var hasEnded = _running is not null && Writing.IsCompleted;
        if (hasEnded)
        {
            Writing.GetAwaiter().GetResult();
            _running = null;
        }
        if (_running is null && _forming is { } batch
            && (flush || IsWhole || timeProvider.GetElapsedTime(batch.StartedAt) >= options.BatchAge))
        {
            (_running, _forming) = (batch, null);
            Writing = Task.Run(() => write(batch, cancellationToken), CancellationToken.None);
        }
        return hasEnded;
    }
}
