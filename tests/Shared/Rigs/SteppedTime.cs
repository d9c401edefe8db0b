namespace TestRigs;

/// <summary>
/// The system's clock with a wall that the test can step, and that may stand still otherwise; the monotonic side and the timers are the system's.
/// </summary>
internal sealed class SteppedTime(bool standsStill = false) : TimeProvider
{
    private readonly DateTimeOffset? _still = standsStill ? System.GetUtcNow() : null;
    private long _offsetTicks;

    public override long TimestampFrequency => System.TimestampFrequency;

    public void Step(TimeSpan by) => Interlocked.Add(ref _offsetTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => (_still ?? System.GetUtcNow()) + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    public override long GetTimestamp() => System.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime, period);
}
