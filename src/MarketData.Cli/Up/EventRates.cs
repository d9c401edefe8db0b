namespace MarketData.Cli.Up;

/// <summary>
/// Events per second between two looks. A row counts from nothing when it begins, which one does anew that was removed and added again.
/// Owns: the counts of the last look. One thread.
/// </summary>
internal sealed class EventRates(double seconds)
{
    private readonly Dictionary<(string Collector, string Key), long> _counts = [];
    private IReadOnlyDictionary<(string Collector, string Key), long> _before = new Dictionary<(string Collector, string Key), long>();

    /// <summary>The next look: what is not asked about in it is forgotten.</summary>
    /// <param name="secondsSince">How long after this one.</param>
    public EventRates Next(double secondsSince) => new(secondsSince) { _before = _counts };

    /// <summary>The pace of one collector's row.</summary>
    /// <param name="collector">The collector's name.</param>
    /// <param name="key">The instrument's key.</param>
    /// <param name="events">Events of the row so far.</param>
    public double PerSecond(string collector, string key, long events)
    {
        _counts[(collector, key)] = events;
        var before = _before.GetValueOrDefault((collector, key));
        return (events - (events < before ? 0 : before)) / seconds;
    }
}
