namespace MarketData.Books;

/// <summary>
/// Holds one book against what the exchange says of it when asked. Comes in: the book as it is at the beginning, every change after that,
/// and at some moment the answer, which is of a state that the book is in, was in since the beginning, or will be in. Goes out: a verdict.
/// Owns: a copy of the book that follows the changes up to the answer's id. Runs on: the keeper's thread.
/// <para>
/// A channel that gathers the changes of an interval steps over ids, so that the answer may lie between two of its frames. It is then
/// bracketed: the second frame sets the levels that it names outright, whatever they were, so only the others have to be equal, and the book
/// is right at the second frame. A level may have changed and changed back in between, which looks like a difference: one such answer proves
/// nothing.
/// </para>
/// </summary>
internal sealed class BookAudit
{
    // An answer takes far less; without one the changes must not pile up.
    private const int MaxChanges = 10_000;

    private static readonly HashSet<decimal> s_none = [];

    private readonly OrderBook _copy = new();
    private readonly Queue<Change> _changes = new();
    private Answered? _answer;

    public BookAudit(OrderBook book, long changeId, long? exchangeTimeUnixMs)
    {
        (VerifiedId, VerifiedTimeUnixMs) = (changeId, exchangeTimeUnixMs);
        var (bids, asks) = LevelsOf(book);
        _copy.Replace(bids, asks);
    }

    /// <summary>After <see cref="BookAuditVerdict.Agreed"/>: the id at which the book was right.</summary>
    public long VerifiedId { get; private set; }

    /// <summary>The exchange's time of <see cref="VerifiedId"/>, in milliseconds since the Unix epoch.</summary>
    public long? VerifiedTimeUnixMs { get; private set; }

    /// <summary>The answer's id; null before it.</summary>
    public long? AnswerId => _answer?.Id;

    /// <summary>When the answer came, as a monotonic timestamp of the keeper's clock.</summary>
    public long AnsweredAt { get; private set; }

    /// <summary>The book took this change.</summary>
    public BookAuditVerdict Follow(in BookFrame frame)
    {
        _changes.Enqueue(new Change(frame.ChangeId, frame.ExchangeTimeUnixMs, frame.Bids.ToArray(), frame.Asks.ToArray()));
        return Judge();
    }

    /// <summary>The exchange answered.</summary>
    /// <param name="changeId">The id of the state.</param>
    /// <param name="bids">Its bids, best first.</param>
    /// <param name="asks">Its asks, best first.</param>
    /// <param name="depth">How many levels were asked for: a side with as many may have been cut there.</param>
    /// <param name="now">The moment.</param>
    public BookAuditVerdict Answer(long changeId, ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks, int depth, long now)
    {
        _answer = new Answered(changeId, bids.ToArray(), asks.ToArray(), depth);
        AnsweredAt = now;
        return Judge();
    }

    private BookAuditVerdict Judge()
    {
        if (_answer is not { } answer)
            return _changes.Count > MaxChanges ? BookAuditVerdict.Inconclusive : BookAuditVerdict.Pending;
        while (VerifiedId < answer.Id && _changes.TryDequeue(out var change))
        {
            var bracketed = change.Id > answer.Id;
            if (bracketed && !Equal(answer, [.. change.Bids.Select(level => level.Price)], [.. change.Asks.Select(level => level.Price)]))
                return BookAuditVerdict.Missed;
            _copy.Apply(change.Bids, change.Asks);
            (VerifiedId, VerifiedTimeUnixMs) = (change.Id, change.ExchangeTimeUnixMs);
            if (bracketed)
                return BookAuditVerdict.Agreed;
        }

        if (VerifiedId < answer.Id)
            return BookAuditVerdict.Pending;
        // The answer is older than the copy: another of the exchange's servers may lag behind.
        if (VerifiedId > answer.Id)
            return BookAuditVerdict.Inconclusive;
        return Equal(answer, s_none, s_none) ? BookAuditVerdict.Agreed : BookAuditVerdict.Differed;
    }

    private bool Equal(Answered answer, HashSet<decimal> bidsToPass, HashSet<decimal> asksToPass)
    {
        var (bids, asks) = LevelsOf(_copy);
        return Side(bids, answer.Bids, bidsToPass, worst => level => level.Price >= worst)
            && Side(asks, answer.Asks, asksToPass, worst => level => level.Price <= worst);

        bool Side(BookLevel[] ours, BookLevel[] theirs, HashSet<decimal> pass, Func<decimal, Func<BookLevel, bool>> upTo)
        {
            var within = theirs.Length >= answer.Depth ? ours.Where(upTo(theirs[^1].Price)) : ours;
            return within.Where(level => !pass.Contains(level.Price)).SequenceEqual(theirs.Where(level => !pass.Contains(level.Price)));
        }
    }

    private static (BookLevel[] Bids, BookLevel[] Asks) LevelsOf(OrderBook book)
    {
        var (bids, asks) = (new BookLevel[book.BidCount], new BookLevel[book.AskCount]);
        book.CopyBids(bids);
        book.CopyAsks(asks);
        return (bids, asks);
    }

    private readonly record struct Change(long Id, long ExchangeTimeUnixMs, BookLevel[] Bids, BookLevel[] Asks);

    private sealed record Answered(long Id, BookLevel[] Bids, BookLevel[] Asks, int Depth);
}
