using HdrHistogram;

namespace MarketData.Pipeline;

/// <summary>
/// How long events take from the socket to the sink's acknowledgement. Comes in: the receive time of each acknowledged event, from any
/// thread. Goes out: percentiles. Owns: one histogram from 1 microsecond to 1 hour; what lies beyond counts as its bound.
/// </summary>
public sealed class LagHistogram
{
    private const int SignificantDigits = 3;
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;
    private const long NanosecondsPerTick = 100;
    private static readonly long HighestUs = (long)TimeSpan.FromHours(1).TotalMicroseconds;

    private readonly TimeProvider _timeProvider;
    private readonly Lock _snapshotGate = new();
    private readonly LongHistogram _total = new(HighestUs, SignificantDigits);
    private readonly Recorder _recorder =
        new(1, HighestUs, SignificantDigits, static (id, low, high, digits) => new LongConcurrentHistogram(id, low, high, digits));

    private HistogramBase? _spare;
    private volatile Action<TimeSpan>? _shown;

    /// <summary>Creates an empty histogram.</summary>
    /// <param name="timeProvider">The wall clock that also stamped the events.</param>
    public LagHistogram(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>Records one event that the sink acknowledged just now; safe from any thread.</summary>
    /// <param name="receivedAtUnixNs">The event's <see cref="MarketDataEvent.ReceivedAtUnixNs"/>; 0 is not recorded.</param>
    public void Record(long receivedAtUnixNs)
    {
        if (receivedAtUnixNs == 0)
            return;
        var nowTicks = (_timeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
        var lagUs = (nowTicks - receivedAtUnixNs / NanosecondsPerTick) / TicksPerMicrosecond;
        // A clock set back makes a lag negative: that is no lag.
        lagUs = Math.Clamp(lagUs, 0, HighestUs);
        _recorder.RecordValue(lagUs);
        _shown?.Invoke(FromMicroseconds(lagUs));
    }

    /// <summary>Shows every lag from now on to one more looker, such as a metric; a later call replaces it.</summary>
    /// <param name="show">Called on any thread; must be quick.</param>
    public void ShowTo(Action<TimeSpan> show) => _shown = show;

    /// <summary>Everything recorded so far; safe from any thread.</summary>
    public LagSnapshot Snapshot()
    {
        lock (_snapshotGate)
        {
            _spare = _recorder.GetIntervalHistogram(_spare);
            _total.Add(_spare);
            return _total.TotalCount == 0
                ? new LagSnapshot(0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)
                : new LagSnapshot(_total.TotalCount, At(50), At(99), FromMicroseconds(_total.GetMaxValue()));
        }
    }

    private TimeSpan At(double percentile) => FromMicroseconds(_total.GetValueAtPercentile(percentile));

    private static TimeSpan FromMicroseconds(long microseconds) => TimeSpan.FromTicks(microseconds * TicksPerMicrosecond);
}
