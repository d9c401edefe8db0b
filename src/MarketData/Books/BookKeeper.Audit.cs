namespace MarketData.Books;

/// <content>
/// Books that removed a price which they did not hold. The ids say that nothing was missed, so the book stays live; but once it is held
/// against the exchange's own, and resubscribed if it differs.
/// </content>
public sealed partial class BookKeeper
{
    private readonly Queue<OrderBookSynchroniser> _auditsDue = new();

    /// <summary>Hands over the next book whose state the session must ask the exchange for; null when there is none.</summary>
    /// <returns>The book; to be followed by <see cref="AuditAnswered"/> or <see cref="AuditFailed"/>.</returns>
    public OrderBookSynchroniser? TakeAudit()
    {
        while (_auditsDue.TryDequeue(out var book))
        {
            book.Repair.AuditDue = false;
            if (book.State != BookState.Live || book.LastChangeId is not { } changeId) continue;
            book.Repair.Audit = new BookAudit(book.Book, changeId);
            return book;
        }

        return null;
    }

    /// <summary>The exchange's own book, as it was at some moment after <see cref="TakeAudit"/>.</summary>
    /// <param name="book">The book.</param>
    /// <param name="changeId">The id of the state.</param>
    /// <param name="bids">All bid levels, best first.</param>
    /// <param name="asks">All ask levels, best first.</param>
    /// <param name="output">Takes a <c>stale</c> event if the book differs.</param>
    public void AuditAnswered(
        OrderBookSynchroniser book, long changeId, ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(output);
        if (book.Repair.Audit is { } audit) OnVerdict(book, audit.Answer(changeId, bids, asks), output);
    }

    /// <summary>The exchange gave no answer: the audit is dropped, and another one follows the next removal of an unknown price.</summary>
    /// <param name="book">The book.</param>
    public void AuditFailed(OrderBookSynchroniser book)
    {
        ArgumentNullException.ThrowIfNull(book);
        if (book.Repair.Audit is null) return;
        book.Repair.Audit = null;
        _counts.AuditsUndecided++;
    }

    private void OnUnknownDelete(OrderBookSynchroniser book)
    {
        var repair = book.Repair;
        var now = _time.GetTimestamp();
        if (repair.AuditDue || repair.Audit is not null || now < repair.AuditAllowedAt) return;
        repair.AuditDue = true;
        repair.AuditAllowedAt = now + ToTimestamp(_options.AuditInterval);
        _auditsDue.Enqueue(book);
    }

    private void OnVerdict(OrderBookSynchroniser book, BookAuditVerdict verdict, List<MarketDataEvent> output)
    {
        if (verdict == BookAuditVerdict.Pending) return;
        book.Repair.Audit = null;
        switch (verdict)
        {
            case BookAuditVerdict.Agreed:
                _counts.AuditsAgreed++;
                break;
            case BookAuditVerdict.Differed:
                _counts.AuditsDiffered++;
                Suspect(book, "The exchange's own book differs from ours, although the chain never broke.", output);
                break;
            default:
                _counts.AuditsUndecided++;
                break;
        }
    }
}
