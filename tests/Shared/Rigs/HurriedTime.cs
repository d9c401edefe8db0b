namespace TestRigs;

/// <summary>
/// The system's clock, whose monotonic side and timers run forty times as fast: what is waited for in seconds passes at once. Timers of ten seconds and
/// more are time-outs, which a busy machine needs: they run as ever.
/// </summary>
internal sealed class HurriedTime : TimeProvider
{
    private const int Factor = 40;

    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(10);

    public override long TimestampFrequency => System.TimestampFrequency / Factor;

    public override long GetTimestamp() => System.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

    private static TimeSpan Hurried(TimeSpan time) => time < TimeSpan.Zero || time >= TimeOut ? time : time / Factor;
}
