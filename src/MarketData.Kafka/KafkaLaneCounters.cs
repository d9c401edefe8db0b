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

    internal void AddDeadLetter() => Interlocked.Increment(ref _deadLetters);

    internal long AddDeadLetterLost() => Interlocked.Increment(ref _deadLettersLost);

    internal void AddQueueFullPause() => Interlocked.Increment(ref _queueFullPauses);

    internal void AddProducerRebuild() => Interlocked.Increment(ref _producerRebuilds);

    internal void AddResent() => Interlocked.Increment(ref _resent);
}
