namespace MarketData.Kafka.Replicas;

/// <summary>
/// How long this process may rely on its membership. Comes in: proofs, each with the moment at which it was asked for. Goes out: whether
/// the last one still holds. The group takes a silent member for dead after the session time-out; the lease is shorter and runs from
/// before the question, so that it ends first. Both clocks must agree: the monotonic one goes on while the process is stopped (SIGSTOP),
/// the wall clock also while the whole machine sleeps. Safe from any thread.
/// </summary>
internal sealed class Lease(TimeProvider timeProvider, TimeSpan length)
{
    private readonly Lock _gate = new();
    private bool _given;
    private long _asked;
    private DateTimeOffset _askedAt;

    /// <summary>How long a proof holds.</summary>
    public TimeSpan Length => length;

    /// <summary>Whether the last proof still holds.</summary>
    public bool IsValid => Age is { } age && age < length;

    /// <summary>How long ago the last proof was asked for, by the clock that says more; null when there was none.</summary>
    public TimeSpan? Age
    {
        get
        {
            lock (_gate)
            {
                if (!_given)
                    return null;
                var monotonic = timeProvider.GetElapsedTime(_asked);
                var wall = timeProvider.GetUtcNow() - _askedAt;
                return monotonic > wall ? monotonic : wall;
            }
        }
    }

    /// <summary>The moment before a question, for <see cref="Renew"/>.</summary>
    public (long Timestamp, DateTimeOffset Wall) Now => (timeProvider.GetTimestamp(), timeProvider.GetUtcNow());

    /// <summary>The membership was proven.</summary>
    /// <param name="asked">What <see cref="Now"/> was before the question.</param>
    public void Renew((long Timestamp, DateTimeOffset Wall) asked)
    {
        lock (_gate)
        {
            if (!_given || asked.Timestamp >= _asked)
                (_given, _asked, _askedAt) = (true, asked.Timestamp, asked.Wall);
        }
    }

    /// <summary>The membership ended or is in doubt: nothing holds until it is proven anew.</summary>
    public void End()
    {
        lock (_gate)
            _given = false;
    }
}
