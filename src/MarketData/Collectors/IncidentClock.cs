namespace MarketData.Collectors;

/// <summary>
/// Measures how long incidents last. Comes in: the ledger's events, from the collector's pump. Goes out: the duration, with the event that ends
/// one. Owns: the incidents that are open. One that ends without an event (its instrument is collected no more) is forgotten in the end.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class IncidentClock(TimeProvider time)
{
    // Far more than instruments; what is above was left open by instruments that are gone.
    private const int MostOpen = 100_000;

    private readonly Dictionary<string, (IntegrityKind OpenedBy, long At)> _books = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(long From, long To, long At)>> _holes = new(StringComparer.Ordinal);

    /// <summary>Takes one event of an order book.</summary>
    /// <returns>The incident that it ends; null when it ends none.</returns>
    public (IntegrityKind OpenedBy, TimeSpan Duration)? Book(IntegrityEvent integrity)
    {
        switch (integrity.Kind)
        {
            case IntegrityKind.Gap or IntegrityKind.Stale or IntegrityKind.Quarantined or IntegrityKind.Disconnected:
                if (_books.Count >= MostOpen)
                    _books.Clear();
                _books.TryAdd(integrity.Key, (integrity.Kind, time.GetTimestamp()));
                return null;
            case IntegrityKind.Closed:
                // It ends unhealed: what comes later is another one.
                _books.Remove(integrity.Key);
                return null;
            case IntegrityKind.Resynced when _books.Remove(integrity.Key, out var open):
                return (open.OpenedBy, time.GetElapsedTime(open.At));
            default:
                return null;
        }
    }

    /// <summary>Takes one event of a trade tape. A hole may end in parts, each with an event of its own.</summary>
    /// <returns>The hole that it ends, wholly or in part; null when it ends none.</returns>
    public (IntegrityKind OpenedBy, TimeSpan Duration)? Trades(IntegrityEvent integrity)
    {
        if (integrity is not { FromId: { } from, ToId: { } to })
            return null;
        switch (integrity.Kind)
        {
            case IntegrityKind.TradeGap:
                if (_holes.Count >= MostOpen)
                    _holes.Clear();
                if (!_holes.TryGetValue(integrity.Key, out var open))
                    _holes.Add(integrity.Key, open = []);
                open.Add((from, to, time.GetTimestamp()));
                return null;
            case IntegrityKind.Backfilled or IntegrityKind.Unrecoverable when _holes.TryGetValue(integrity.Key, out var holes):
                var at = holes.FindIndex(hole => from >= hole.From && to <= hole.To);
                if (at < 0)
                    return null;
                var (_, last, since) = holes[at];
                if (to == last)
                    holes.RemoveAt(at);
                if (holes.Count == 0)
                    _holes.Remove(integrity.Key);
                return (IntegrityKind.TradeGap, time.GetElapsedTime(since));
            default:
                return null;
        }
    }
}
