namespace MarketData.Kafka;

/// <summary>Lets one of many like log messages through per interval, and counts the others. Safe from any thread.</summary>
internal sealed class LogThrottle(TimeProvider timeProvider, TimeSpan interval)
{
    /// <summary>More kinds than there are call sites: a bound for kinds that come from outside.</summary>
    private const int MaximumKinds = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Last, long Suppressed)> _kinds = new(StringComparer.Ordinal);

    /// <summary>Whether a message of this kind may be written now.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="suppressed">How many of the kind were held back since the last one that was let through.</param>
    public bool Allow(string kind, out long suppressed)
    {
        var now = timeProvider.GetTimestamp();
        lock (_gate)
        {
            suppressed = 0;
            if (_kinds.TryGetValue(kind, out var seen))
            {
                if (timeProvider.GetElapsedTime(seen.Last, now) < interval)
                {
                    _kinds[kind] = (seen.Last, seen.Suppressed + 1);
                    return false;
                }
                suppressed = seen.Suppressed;
            }
            else if (_kinds.Count >= MaximumKinds)
            {
                _kinds.Clear();
            }
            _kinds[kind] = (now, 0);
            return true;
        }
    }
}
