namespace MarketData.Liveness;

/// <summary>
/// How often one channel usually has something to say, learned from what it said. Comes in: the moments at which it spoke. Goes out: whether
/// it has been silent for longer than it ever should be. Silence is never a verdict: it is the reason to ask the exchange. Runs on: the
/// stream's pump. Moments are monotonic timestamps of one clock.
/// </summary>
public sealed class ChannelCadence
{
    // Before so many gaps nothing is known: a channel that has hardly spoken cannot be overdue.
    private const int LearnAfter = 8;

    // Each gap counts for a sixteenth: a busy hour is forgotten after some dozens of messages.
    private const double Weight = 1.0 / 16;

    // Were the gaps random, one in 160,000 would be longer than twelve times the usual; real ones come in bursts, and a question is cheap.
    private const double Patience = 12;

    private readonly long _least;
    private readonly long _promised;
    private double _meanGap;
    private long _gaps;
    private long? _lastAt;
    private long? _provenAt;

    /// <summary>Creates a cadence of which nothing is known.</summary>
    /// <param name="least">The shortest silence that counts, in ticks of the clock.</param>
    /// <param name="promised">
    /// The longest silence that the exchange promises, in ticks of the clock; three times that is enough for a channel that has kept the
    /// promise so far. The largest value (the default) = it promises nothing.
    /// </param>
    public ChannelCadence(long least, long promised = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        (_least, _promised) = (least, promised);
    }

    /// <summary>
    /// The silence after which the channel is asked about, in ticks of the clock; the largest value while too little is known and nothing is promised.
    /// </summary>
    public long Limit => _gaps < LearnAfter ? (IsPromised ? Math.Max(_least, 3 * _promised) : long.MaxValue)
        : Math.Max(_least, _meanGap <= _promised && IsPromised
            ? Math.Min(3 * _promised, (long)(_meanGap * Patience))
            : (long)(_meanGap * Patience));

    private bool IsPromised => _promised < long.MaxValue / 3;

    /// <summary>The channel spoke.</summary>
    /// <param name="now">When.</param>
    public void Spoke(long now)
    {
        if (_lastAt == now)
            return;
        if (_lastAt is { } last)
        {
            var gap = now - last;
            _meanGap = _gaps == 0 ? gap : _meanGap + ((gap - _meanGap) * Weight);
            _gaps++;
        }

        (_lastAt, _provenAt) = (now, null);
    }

    /// <summary>The exchange confirmed that there was nothing to say: the silence counts anew from here.</summary>
    /// <param name="now">When.</param>
    public void Proven(long now) => _provenAt = now;

    /// <summary>The exchange accepted the channel: the silence counts from here.</summary>
    /// <param name="now">When.</param>
    public void Began(long now) => _provenAt = now;

    /// <summary>The channel was interrupted: what is known of its pace stays, but the silence of the interruption is not its own.</summary>
    public void Interrupted() => (_lastAt, _provenAt) = (null, null);

    /// <summary>Whether the channel has been silent for longer than <see cref="Limit"/>.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="patience">How many times longer it may be.</param>
    public bool IsOverdue(long now, int patience = 1) =>
        (_provenAt ?? _lastAt) is { } since && Limit is var limit && limit != long.MaxValue && (now - since) / patience > limit;
}
