namespace MarketData.Pipeline;

/// <summary>
/// What became of every event that entered a lane. The conservation law holds at every moment:
/// <c>in = acknowledged + conflated + spilled + rejected + queued</c>, with nothing queued after a complete drain.
/// Written by the lane's threads, read by any.
/// </summary>
public sealed class LaneCounters
{
    private long _in;
    private long _acknowledged;
    private long _conflated;
    private long _spilled;
    private long _rejected;
    private long _lost;

    /// <summary>Events that entered the lane.</summary>
    public long In => Interlocked.Read(ref _in);

    /// <summary>Events that the sink acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Events replaced by a newer one of the same key before they were sent (latest-wins lanes only).</summary>
    public long Conflated => Interlocked.Read(ref _conflated);

    /// <summary>Events that now rest in the spill log.</summary>
    public long Spilled => Interlocked.Read(ref _spilled);

    /// <summary>
    /// Events that were not delivered, each of which was logged: refused for good and kept elsewhere, another replica's, or lost.
    /// </summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Those of the rejected that were to be delivered and are nowhere now.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Events that are on their way.</summary>
    public long Queued => Math.Max(0, -Acknowledged - Conflated - Spilled - Rejected + In);

    /// <summary>Counts events that entered.</summary>
    /// <param name="count">How many.</param>
    public void AddIn(long count = 1) => Interlocked.Add(ref _in, count);

    /// <summary>Counts events that the sink acknowledged.</summary>
    /// <param name="count">How many.</param>
    public void AddAcknowledged(long count = 1) => Interlocked.Add(ref _acknowledged, count);

    /// <summary>Counts events replaced by newer ones.</summary>
    /// <param name="count">How many.</param>
    public void AddConflated(long count = 1) => Interlocked.Add(ref _conflated, count);

    /// <summary>Counts events moved to the spill log (positive) or back from it (negative).</summary>
    /// <param name="count">How many.</param>
    public void AddSpilled(long count = 1) => Interlocked.Add(ref _spilled, count);

    /// <summary>Counts events that were refused, and whose refusal accounts for them.</summary>
    /// <param name="count">How many.</param>
    public void AddRejected(long count = 1) => Interlocked.Add(ref _rejected, count);

    /// <summary>Counts events that are nowhere now; they are rejected, too.</summary>
    /// <param name="count">How many.</param>
    public void AddLost(long count = 1)
    {
        Interlocked.Add(ref _lost, count);
        Interlocked.Add(ref _rejected, count);
    }
}
