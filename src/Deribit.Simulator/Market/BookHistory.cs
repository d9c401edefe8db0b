namespace Deribit.Simulator.Market;

/// <summary>Every change of one book, for the oracle. Touched only while the hub's gate is held.</summary>
internal sealed class BookHistory
{
    private readonly List<(long ChangeId, long TimestampUnixMs, LevelChange[] Changes)> _events = [];

    public void Add(long changeId, long timestampUnixMs, ReadOnlySpan<LevelChange> changes) =>
        _events.Add((changeId, timestampUnixMs, changes.ToArray()));

    public IEnumerable<long> ChangeIds => _events.Select(entry => entry.ChangeId);

    /// <summary>The book right after that change, or null when there was no such change.</summary>
    public (BookSide Bids, BookSide Asks, long TimestampUnixMs)? At(long changeId)
    {
        var bids = new BookSide(bids: true);
        var asks = new BookSide(bids: false);
        foreach (var entry in _events)
        {
            foreach (var change in entry.Changes)
            {
                (change.IsBid ? bids : asks).Set(change.Price, change.After);
            }

            if (entry.ChangeId >= changeId)
            {
                return entry.ChangeId == changeId ? (bids, asks, entry.TimestampUnixMs) : null;
            }
        }

        return null;
    }
}
