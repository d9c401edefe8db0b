namespace Deribit.Client;

/// <summary>
/// The time of a recording. It stands still until a <see cref="DeribitPlayback"/> moves it to the time of what comes next, so it depends on
/// nothing but the recording. Both its wall clock and its monotonic clock are the recorded time. Read from any thread.
/// <para>Its timers never ring: whoever waits on this clock is woken by the playback and looks at the time.</para>
/// </summary>
public sealed class DeribitPlaybackClock : TimeProvider
{
    // Before the first record. Not zero, which users of a clock take for "never".
    private long _ticks = TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Ticks of 100 ns since the Unix epoch.</summary>
    internal long UnixTicks
    {
        get => Volatile.Read(ref _ticks);
        set => Volatile.Write(ref _ticks, value);
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => UnixTicks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(UnixTicks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new SilentTimer();

    private sealed class SilentTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // There is nothing to end.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
