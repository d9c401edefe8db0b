using MarketData.Exchanges;

namespace MarketData.Kafka.Replicas;

/// <summary>
/// Up to which moment everything that was received has its outcome on Kafka's lane. Comes in: up to which moment it was handed to the lane,
/// and the lane's flushes. Goes out: the moment. A flush alone does not tell: while the lane is full, what was received waits before it.
/// Moved on by one task; <see cref="Until"/> may be read by any thread.
/// </summary>
/// <param name="takenUntil">Everything that was received before this moment is on the lane; null when that is true of no moment.</param>
/// <param name="flushAsync">Waits until everything that was put on the lane before the call has its outcome.</param>
internal sealed class CoveredIntake(Func<IntakeMark?> takenUntil, Func<CancellationToken, Task> flushAsync)
{
    private (Task Done, IntakeMark Mark)? _flush;
    private volatile IntakeMark? _until;
    private volatile IntakeMark? _tellable;

    /// <summary>The moment; null before the first one is known.</summary>
    public IntakeMark? Until => _until;

    /// <summary>
    /// The last such moment at which nothing was open from before an instrument's beginning: what may be told to the next owner. Null before the
    /// first one.
    /// </summary>
    public IntakeMark? Tellable => _tellable;

    /// <summary>The flush that was begun last; one that ended in any way but well covers nothing.</summary>
    public Task Flush => _flush?.Done ?? Task.CompletedTask;

    /// <summary>Takes the end of a flush, and begins the next. While messages are held back none ends, and the moment stays.</summary>
    /// <returns>Whether the moment moved.</returns>
    public bool Advance(CancellationToken cancellationToken)
    {
        var moved = _flush is { Done.IsCompletedSuccessfully: true };
        if (_flush is { Done.IsCompleted: true } flush)
        {
            if (moved)
                _until = flush.Mark;
            if (moved && !flush.Mark.HasOpenBeginning)
                _tellable = flush.Mark;
            _flush = null;
        }
        // The moment first: what was handed over before it is on the lane when the flush begins.
        if (_flush is null && takenUntil() is { } mark)
            _flush = (flushAsync(cancellationToken), mark);
        return moved;
    }
}
