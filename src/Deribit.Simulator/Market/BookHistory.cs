namespace Deribit.Simulator.Market;

/// <summary>Every change of one book, for the oracle. Touched only while the hub's gate is held.</summary>
internal sealed class BookHistory
{
    private readonly List<(long ChangeId, long TimestampUnixMs, LevelChange[] Changes)> _events = [];
    private BookSide _bids = new(bids: true);
    private BookSide _asks = new(bids: false);
    private int _applied;

    public void Add(long changeId, long timestampUnixMs, ReadOnlySpan<LevelChange> changes) =>
        _events.Add((changeId, timestampUnixMs, changes.ToArray()));

    public IEnumerable<long> ChangeIds => _events.Select(entry => entry.ChangeId);

    /// <summary>
    /// The book right after that change, or null when there was no such change. What it returns is the history's own and holds until the
    /// next call: asking in ascending order costs only the changes between.
    /// </summary>
    public (BookSide Bids, BookSide Asks, long TimestampUnixMs)? At(long changeId)
    {
        if (_applied > 0 && _events[_applied - 1].ChangeId > changeId)
        {
            (_bids, _asks, _applied) = (new BookSide(bids: true), new BookSide(bids: false), 0);
        }

        while (_applied < _events.Count && _events[_applied].ChangeId <= changeId)
        {
            foreach (var change in _events[_applied++].Changes)
            {
                (change.IsBid ? _bids : _asks).Set(change.Price, change.After);
            }
        }

        return _applied > 0 && _events[_applied - 1] is var last && last.ChangeId == changeId ? (_bids, _asks, last.TimestampUnixMs) : null;
    }
}
