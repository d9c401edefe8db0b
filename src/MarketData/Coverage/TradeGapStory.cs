namespace MarketData.Coverage;

/// <summary>
/// One <c>trade_gap</c> of the ledger with what closed it: <c>backfilled</c> and <c>unrecoverable</c> events, each of the whole or of a part.
/// </summary>
internal sealed class TradeGapStory(IntegrityEvent opening, long at)
{
    private readonly TimeSet _left = new();
    private readonly TimeSet _lost = new();

    public long FromId { get; } = opening.FromId ?? 0;

    public long ToId { get; } = opening.ToId ?? -1;

    public long FromTime { get; } = opening.FromTimeUnixMs ?? opening.ToTimeUnixMs ?? at;

    public long ToTime { get; } = Math.Max(opening.ToTimeUnixMs ?? at, (opening.FromTimeUnixMs ?? opening.ToTimeUnixMs ?? at) + 1);

    public List<string> Details { get; } = opening.Detail is { } detail ? [detail] : [];

    /// <summary>Parts that were fetched.</summary>
    public List<CoverageRepair> Repairs { get; } = [];

    /// <summary>Parts that cannot be had, as inclusive ranges of numbers.</summary>
    public IEnumerable<(long From, long To)> Lost => _lost.Ranges.Select(range => (range.From, range.To - 1));

    /// <summary>Parts of which the ledger has said nothing yet, as inclusive ranges of numbers.</summary>
    public IEnumerable<(long From, long To)> Left => _left.Ranges.Select(range => (range.From, range.To - 1));

    /// <summary>All gaps of a ledger, in the order in which they opened; the same gap told twice is one.</summary>
    public static List<TradeGapStory> Read(IEnumerable<LedgerEntry> entries)
    {
        var gaps = new List<TradeGapStory>();
        foreach (var entry in entries)
        {
            var ledger = entry.Event;
            if (ledger is not { FromId: { } from, ToId: { } to } || from > to) continue;
            if (ledger.Kind == IntegrityKind.TradeGap)
            {
                // Another collector, or the same one after a restart, may find the same hole: it is open again until it is closed again.
                var gap = gaps.Find(known => known.FromId == from && known.ToId == to);
                if (gap is null) gaps.Add(gap = new TradeGapStory(ledger, entry.AtUnixMs));
                gap._left.Add(from, to + 1);
                gap._lost.Remove(from, to + 1);
            }
            else if (ledger.Kind is IntegrityKind.Backfilled or IntegrityKind.Unrecoverable)
            {
                foreach (var gap in gaps.Where(gap => gap.FromId <= to && from <= gap.ToId)) gap.Close(ledger, from, to);
            }
        }

        return gaps;
    }

    private void Close(IntegrityEvent ledger, long from, long to)
    {
        (from, to) = (Math.Max(from, FromId), Math.Min(to, ToId));
        _left.Remove(from, to + 1);
        if (ledger.Detail is { } detail) Details.Add(detail);
        if (ledger.Kind == IntegrityKind.Unrecoverable)
        {
            _lost.Add(from, to + 1);
            return;
        }

        _lost.Remove(from, to + 1);
        var end = Math.Max(ToTime, ledger.ToTimeUnixMs ?? 0);
        Repairs.Add(new CoverageRepair(FromTime, end, from, to, WasBackfilled: true, ledger.Detail ?? ""));
    }
}
