using MarketData.Pipeline;

namespace MarketData.Redis;

/// <summary>
/// Turns what the lane's threads know into one <see cref="LaneStatus"/>. Each fact has one writer (the publisher or the sender); any
/// thread reads.
/// </summary>
internal sealed class LaneHealth
{
    private volatile LaneStatus? _final = new(LaneState.Starting);
    private volatile string? _unreachable;
    private volatile string? _publishRefused;
    private volatile string? _keyLimit;
    private volatile string? _lastBrokenBook;
    private int _brokenBooks;

    /// <summary>The state now, with the gravest reason.</summary>
    public LaneStatus Current =>
        _final ?? (Reason() is { } reason ? new LaneStatus(LaneState.Degraded, reason) : new LaneStatus(LaneState.Ready));

    /// <summary>Leaves <see cref="LaneState.Starting"/>.</summary>
    public void Started()
    {
        if (_final is { State: LaneState.Starting })
            _final = null;
    }

    /// <summary>The lane was drained and stopped.</summary>
    public void Stopped() => _final = new LaneStatus(LaneState.Stopped);

    /// <summary>The lane gave up.</summary>
    public void Failed(string reason) => _final = new LaneStatus(LaneState.Failed, reason);

    /// <summary>Redis takes no writes; the reason is <c>code: sentence</c>. Null when it takes them again.</summary>
    public void Unreachable(string? reason) => _unreachable = reason;

    /// <summary>Redis stores but does not publish; null when it does again.</summary>
    public void PublishRefused(string? reason) => _publishRefused = reason;

    /// <summary>Keys were refused because there are too many; null when there is room again.</summary>
    public void KeyLimit(string? reason) => _keyLimit = reason;

    /// <summary>A book's chain of ids broke in the lane.</summary>
    public void BookBroke(string key)
    {
        _lastBrokenBook = key;
        Interlocked.Increment(ref _brokenBooks);
    }

    /// <summary>A broken book got its snapshot, or is not wanted any more.</summary>
    public void BookMended() => Interlocked.Decrement(ref _brokenBooks);

    private string? Reason()
    {
        if (_unreachable is { } unreachable)
            return unreachable;
        var broken = Volatile.Read(ref _brokenBooks);
        if (broken > 0)
        {
            return $"book_chain_broken: {broken} order books, {_lastBrokenBook} among them, did not continue their chain of change ids; "
                + "their keys are deleted until the next snapshot.";
        }

        return _keyLimit ?? _publishRefused;
    }
}
