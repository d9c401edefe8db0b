using MarketData.History;

namespace MarketData.Kafka.Archive;

/// <summary>
/// What became of the records that an archive read: <c>read = stored + dead letters + returned + waiting</c>, at every moment. Safe to read
/// from any thread.
/// </summary>
public sealed class ArchiveCounters
{
    private readonly long[] _stored = new long[HistoryTables.OfEvents.Count];
    private long _read;
    private long _deadLetters;
    private long _returned;
    private long _batches;
    private long _lost;

    /// <summary>Records taken from Kafka.</summary>
    public long Read => Interlocked.Read(ref _read);

    /// <summary>Records in the history.</summary>
    public long Stored => HistoryTables.OfEvents.Sum(StoredIn);

    /// <summary>Records that are dead letters: unreadable, or refused by the history.</summary>
    public long DeadLetters => Interlocked.Read(ref _deadLetters);

    /// <summary>Records that were dropped unstored because their partition went to another member, or at the stop: Kafka gives them again.</summary>
    public long Returned => Interlocked.Read(ref _returned);

    /// <summary>Records that were read and are not through yet.</summary>
    public long Waiting => Math.Max(0, Read - Stored - DeadLetters - Returned);

    /// <summary>Batches that are through.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>Records that Kafka no longer had when they were due. They were never read.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Records in one table.</summary>
    /// <param name="table">The table.</param>
    public long StoredIn(HistoryTable table) => Interlocked.Read(ref _stored[(int)table]);

    internal void AddRead() => Interlocked.Increment(ref _read);

    internal void AddStored(HistoryTable table, int records) => Interlocked.Add(ref _stored[(int)table], records);

    internal void AddDeadLetter() => Interlocked.Increment(ref _deadLetters);

    internal void AddReturned(long records) => Interlocked.Add(ref _returned, records);

    internal void AddBatch() => Interlocked.Increment(ref _batches);

    internal void AddLost(long records) => Interlocked.Add(ref _lost, records);
}
