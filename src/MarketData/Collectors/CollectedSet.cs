using MarketData.Exchanges;

namespace MarketData.Collectors;

/// <summary>
/// What is collected now, and what has just been delisted. Comes in: lists and decisions. Goes out: the difference between what is and what
/// is to be. Owns: both sets. Runs on: the follower's task.
/// </summary>
internal sealed class CollectedSet(TimeSpan expiryGrace)
{
    private readonly Dictionary<string, WantedInstrument> _collected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Instrument Instrument, DateTimeOffset Since)> _delisted = new(StringComparer.Ordinal);

    /// <summary>What is collected, in no particular order.</summary>
    public IReadOnlyCollection<WantedInstrument> All => _collected.Values;

    /// <summary>When the grace of the first delisted instrument is over; null when none is waiting.</summary>
    public DateTimeOffset? NextGraceEnd => _delisted.Count == 0 ? null : _delisted.Values.Min(one => one.Since) + expiryGrace;

    /// <summary>Whether an instrument is collected.</summary>
    public bool Contains(string name) => _collected.ContainsKey(name);

    /// <summary>
    /// What can be collected: what the exchange lists, and what is collected and was delisted so short ago that last trades may be on their way.
    /// </summary>
    public IReadOnlyList<Instrument> Offer(IReadOnlyList<Instrument> listed, DateTimeOffset now)
    {
        var names = listed.Select(instrument => instrument.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _delisted.Keys.Where(name => names.Contains(name) || !_collected.ContainsKey(name)).ToList())
            _delisted.Remove(name);
        foreach (var (name, one) in _collected.Where(one => !names.Contains(one.Key)))
            _delisted.TryAdd(name, (one.Instrument, now));
        return [.. listed, .. _delisted.Values.Where(one => now - one.Since < expiryGrace).Select(one => one.Instrument)];
    }

    /// <summary>Why an instrument is to be collected no more, although nobody took it from this replica.</summary>
    public string ReasonOf(Instrument instrument, DateTimeOffset now)
    {
        if (!_delisted.TryGetValue(instrument.Name, out var delisted) || now - delisted.Since < expiryGrace)
            return "Nothing asks for the instrument any more.";
        return instrument.ExpiresAt <= now ? "The instrument expired." : "The exchange lists the instrument no more.";
    }

    /// <summary>Takes an instrument in, or its newer version.</summary>
    public void Put(WantedInstrument wanted) => _collected[wanted.Instrument.Name] = wanted;

    /// <summary>
    /// The exchange knows: where a tape went on and what it was taken over from were said once. Said again when the exchange lists an
    /// instrument anew, they would be wrong.
    /// </summary>
    public void Told()
    {
        foreach (var (name, wanted) in _collected.ToList())
        {
            if (wanted.LastTrade is not null || wanted.InterruptedSinceUnixMs is not null)
                _collected[name] = wanted with { LastTrade = null, InterruptedSinceUnixMs = null, InterruptedBy = null };
        }
    }

    /// <summary>Lets an instrument go.</summary>
    public void Remove(string name)
    {
        _collected.Remove(name);
        _delisted.Remove(name);
    }
}
