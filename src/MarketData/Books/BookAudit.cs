namespace MarketData.Books;

/// <summary>
/// Holds one book against what the exchange says of it when asked. Comes in: the book as it is at the beginning, every change after that,
/// and at some moment the answer, which is of a state that the book is in, was in since the beginning, or will be in. Goes out: a verdict.
/// Owns: a copy of the book that follows the changes up to the answer's id. Runs on: the keeper's thread.
/// </summary>
internal sealed class BookAudit
{
    // An answer takes far less; without one the changes must not pile up.
    private const int MaxChanges = 10_000;

    private readonly OrderBook _copy = new();
    private readonly Queue<(long Id, BookLevel[] Bids, BookLevel[] Asks)> _changes = new();
    private long _changeId;
    private (long Id, BookLevel[] Bids, BookLevel[] Asks)? _answer;

    public BookAudit(OrderBook book, long changeId)
    {
        _changeId = changeId;
        var (bids, asks) = LevelsOf(book);
        _copy.Replace(bids, asks);
    }

    /// <summary>The book took this change.</summary>
    public BookAuditVerdict Follow(in BookFrame frame)
    {
        _changes.Enqueue((frame.ChangeId, frame.Bids.ToArray(), frame.Asks.ToArray()));
        return Judge();
    }

    /// <summary>The exchange answered.</summary>
    public BookAuditVerdict Answer(long changeId, ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks)
    {
        _answer = (changeId, bids.ToArray(), asks.ToArray());
        return Judge();
    }

    private BookAuditVerdict Judge()
    {
        if (_answer is not { } answer)
            return _changes.Count > MaxChanges ? BookAuditVerdict.Inconclusive : BookAuditVerdict.Pending;
        while (_changeId < answer.Id && _changes.TryDequeue(out var change))
        {
            _copy.Apply(change.Bids, change.Asks);
            _changeId = change.Id;
        }

        if (_changeId < answer.Id)
            return BookAuditVerdict.Pending;
        // A channel that gathers the changes of an interval steps over the ids between its frames.
        if (_changeId > answer.Id)
            return BookAuditVerdict.Inconclusive;
        var (bids, asks) = LevelsOf(_copy);
        return bids.AsSpan().SequenceEqual(answer.Bids) && asks.AsSpan().SequenceEqual(answer.Asks)
            ? BookAuditVerdict.Agreed
            : BookAuditVerdict.Differed;
    }

    private static (BookLevel[] Bids, BookLevel[] Asks) LevelsOf(OrderBook book)
    {
        var (bids, asks) = (new BookLevel[book.BidCount], new BookLevel[book.AskCount]);
        book.CopyBids(bids);
        book.CopyAsks(asks);
        return (bids, asks);
    }
}
