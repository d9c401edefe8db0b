namespace MarketData.Soak.Time;

/// <summary>
/// Time that jumps. Comes in: timers of the code under test and actions of the soak. Goes out: their calls, one after the other, in the
/// order of their due times. Owns: the monotonic clock, and the wall clock that may be stepped apart from it. Between two calls everything
/// that the first one set in motion is let run to its end (<see cref="SettleAsync"/>), so the order of events is the seed's alone.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    /// <summary>More continuations than this without a pause mean that the code under test runs in a circle.</summary>
    private const int MostRounds = 2_000_000;

    private static readonly DateTimeOffset Start = new(2026, 11, 2, 7, 30, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Entry, (long Due, long Order)> _queue = new();
    private long _now = TimeSpan.TicksPerHour;
    private long _order;
    private TimeSpan _wallOffset;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Virtual time since the beginning.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(_now - TimeSpan.TicksPerHour);

    /// <summary>The true time: what the exchange's clock shows when it is right, whatever our wall clock shows.</summary>
    public long TrueUnixMs => (Start + Elapsed).ToUnixTimeMilliseconds();

    /// <summary>Waits for continuations that were let run so far.</summary>
    public long Settles { get; private set; }

    /// <inheritdoc/>
    public override long GetTimestamp() => _now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start + Elapsed + _wallOffset;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets our wall clock forward or back; durations are not affected.</summary>
    public void StepWallClock(TimeSpan by) => _wallOffset += by;

    /// <summary>Plans an action.</summary>
    public void After(TimeSpan delay, Action action) => Add(Math.Max(0, delay.Ticks), new Entry(null, 0, action));

    /// <summary>Moves on to a time, calling everything that falls due on the way.</summary>
    public async Task RunUntilAsync(TimeSpan elapsed)
    {
        var end = elapsed.Ticks + TimeSpan.TicksPerHour;
        while (_queue.TryPeek(out _, out var priority) && priority.Due <= end)
        {
            var entry = _queue.Dequeue();
            if (entry.Timer is { } timer && timer.Version != entry.Version)
                continue;
            _now = Math.Max(_now, priority.Due);
            if (entry.Timer is null)
                entry.Action!();
            else
                entry.Timer.Fire();
            await SettleAsync();
        }

        _now = Math.Max(_now, end);
    }

    /// <summary>
    /// Returns when no work waits on the thread pool. The process has one worker (see the project file), which is the thread that runs this:
    /// behind a yield, everything queued before it has run, and an empty queue means that all tasks wait for time or for the soak.
    /// </summary>
    public async Task SettleAsync()
    {
        var rounds = 0;
        do
        {
            await Task.Yield();
            if (++rounds > MostRounds)
                throw new InvalidOperationException("The code under test does not come to rest: it runs in a circle without waiting for time.");
        }
        while (ThreadPool.PendingWorkItemCount > 0);
        Settles++;
    }

    private void Add(long delay, Entry entry) => _queue.Enqueue(entry, (_now + delay, _order++));

    private readonly record struct Entry(VirtualTimer? Timer, long Version, Action? Action);

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public long Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Version++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
                time.Add(dueTime.Ticks, new Entry(this, Version, null));
            return true;
        }

        public void Fire()
        {
            if (_period > TimeSpan.Zero)
                time.Add(_period.Ticks, new Entry(this, Version, null));
            callback(state);
        }

        public void Dispose() => Version++;

        public ValueTask DisposeAsync()
        {
            Version++;
            return ValueTask.CompletedTask;
        }
    }
}
