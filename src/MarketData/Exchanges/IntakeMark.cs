namespace MarketData.Exchanges;

/// <summary>A moment before which everything that was received has been handed on. Immutable.</summary>
/// <param name="At">Our clock at that moment.</param>
/// <param name="Timestamp">The same moment as a timestamp of the monotonic clock.</param>
public sealed record IntakeMark(DateTimeOffset At, long Timestamp)
{
    /// <summary>
    /// Whether it was not known at that moment what had happened before an instrument's beginning, since an earlier owner ended: what that one
    /// said of its end still holds then.
    /// </summary>
    public bool HasOpenBeginning { get; init; }

    /// <summary>This moment.</summary>
    /// <param name="timeProvider">The clocks.</param>
    public static IntakeMark Now(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        return new IntakeMark(timeProvider.GetUtcNow(), timeProvider.GetTimestamp());
    }
}
