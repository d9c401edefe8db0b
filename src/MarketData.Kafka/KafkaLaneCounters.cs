namespace MarketData.Kafka;

/// <summary>
/// What the conservation law does not count: the Kafka lane's dead letters and its troubles. Safe to read from any thread.
/// </summary>
public sealed class KafkaLaneCounters
{
    private long _deadLetters;
    private long _deadLettersLost;
    private long _queueFullPauses;
    private long _producerRebuilds;
    private long _resent;
    private long _fenced;
    private long _spilled;
    private long _spillBytes;

    /// <summary>Messages that Kafka acknowledged on the dead-letter topic.</summary>
    public long DeadLetters => Interlocked.Read(ref _deadLetters);

    /// <summary>Dead letters, and reports of rejected events, that could not be kept; each was logged.</summary>
    public long DeadLettersLost => Interlocked.Read(ref _deadLettersLost);

    /// <summary>How often sending paused because the producer's own queue was full.</summary>
    public long QueueFullPauses => Interlocked.Read(ref _queueFullPauses);

    /// <summary>How often a broken producer was replaced.</summary>
    public long ProducerRebuilds => Interlocked.Read(ref _producerRebuilds);

    /// <summary>
    /// Messages sent again although a broker may hold them: an upper bound of the duplicates. Each carries the header <c>resent</c>.
    /// </summary>
    public long Resent => Interlocked.Read(ref _resent);

    /// <summary>
    /// Events and dead letters that were not sent because another replica owns their instrument now; the events are among the rejected.
    /// </summary>
    public long Fenced => Interlocked.Read(ref _fenced);

    /// <summary>Events that went to disk in all, those that a start found there among them.</summary>
    public long SpilledEver => Interlocked.Read(ref _spilled);

    /// <summary>Bytes of the spill log that wait for an acknowledgement.</summary>
    public long SpillBytes => Interlocked.Read(ref _spillBytes);

    internal void AddFenced() => Interlocked.Increment(ref _fenced);

    internal void AddSpilled(long count = 1) => Interlocked.Add(ref _spilled, count);

    internal void SetSpillBytes(long bytes) => Interlocked.Exchange(ref _spillBytes, bytes);

    internal void AddDeadLetter() => Interlocked.Increment(ref _deadLetters);

    internal long AddDeadLetterLost() => Interlocked.Increment(ref _deadLettersLost);

    internal void AddQueueFullPause() => Interlocked.Increment(ref _queueFullPauses);

    internal void AddProducerRebuild() => Interlocked.Increment(ref _producerRebuilds);

    internal void AddResent() => Interlocked.Increment(ref _resent);
}
