namespace MarketData.Kafka.Replicas;

/// <summary>
/// Which claim counts for each partition. Comes in: the claims in the order of their topic, on its reader's thread. Goes out: answers, to
/// any thread. A higher term wins; of the same term, who came first: so all who read the topic agree, and a late record of a process that
/// was frozen changes nothing.
/// </summary>
internal sealed class ClaimBook(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, (Claim Claim, long Seen, TimeSpan AgeThen)> _claims = [];

    /// <summary>Takes the next claim of a partition.</summary>
    /// <param name="partition">The partition of the symbols.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="recordedAt">When the record was made, as the record says.</param>
    /// <returns>Whether it counts.</returns>
    public bool Apply(int partition, Claim claim, DateTimeOffset recordedAt)
    {
        // An old record that is read at a start must not look as if it was just written.
        var age = timeProvider.GetUtcNow() - recordedAt;
        lock (_gate)
        {
            if (_claims.TryGetValue(partition, out var known)
                && (claim.Term < known.Claim.Term || (claim.Term == known.Claim.Term && claim.Process != known.Claim.Process)))
                return false;
            _claims[partition] = (claim, timeProvider.GetTimestamp(), age > TimeSpan.Zero ? age : TimeSpan.Zero);
            return true;
        }
    }

    /// <summary>The claim that counts; null when there never was one.</summary>
    public Claim? Of(int partition)
    {
        lock (_gate)
            return _claims.TryGetValue(partition, out var known) ? known.Claim : null;
    }

    /// <summary>
    /// Claims that were not renewed for at least so long. By the newest of all claims, not by the clock: a reader that is behind, or a
    /// coordinator that answers nobody, takes nobody for silent.
    /// </summary>
    public IReadOnlyList<(int Partition, Claim Claim, TimeSpan Silence)> SilentFor(TimeSpan atLeast)
    {
        lock (_gate)
        {
            var newest = _claims.Count == 0 ? 0 : _claims.Values.Max(known => known.Seen);
            return [.. _claims
                .Select(pair => (pair.Key, pair.Value.Claim, Silence: timeProvider.GetElapsedTime(pair.Value.Seen, newest)))
                .Where(found => found.Silence >= atLeast)];
        }
    }

    /// <summary>Whether a process has a claim that counts and is not released.</summary>
    public bool IsHeld(string process)
    {
        lock (_gate)
            return _claims.Values.Any(known => known.Claim.Process == process && !known.Claim.IsReleased);
    }

    /// <summary>
    /// For how long another process may still rely on its claim: a member's lease from its last sign of life on; zero when it released the
    /// claim, or nobody else holds it.
    /// </summary>
    public TimeSpan HeldByOthersFor(int partition, string process, TimeSpan lease)
    {
        lock (_gate)
        {
            if (!_claims.TryGetValue(partition, out var known) || known.Claim.IsReleased || known.Claim.Process == process)
                return TimeSpan.Zero;
            var left = lease - known.AgeThen - timeProvider.GetElapsedTime(known.Seen);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
