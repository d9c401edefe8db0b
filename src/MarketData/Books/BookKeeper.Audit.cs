namespace MarketData.Books;

/// <content>
/// Books that are held against the exchange's own: every live book once per <see cref="BookKeeperOptions.AuditEvery"/>; one whose channel has
/// been silent for longer than it usually is; one that removed a price which it did not hold. A book that is the same is <c>verified</c>, one
/// that differs, or that stands still while the exchange's own went on, is resubscribed.
/// </content>
public sealed partial class BookKeeper
{
    // After an answer that is ahead of the book: the frame that leads there is on its way, unless the channel is mute.
    private static readonly TimeSpan s_catchUpWithin = TimeSpan.FromSeconds(5);

    // Differences of bracketed answers in a row before they are believed.
    private const int MaxMisses = 3;

    private readonly Queue<OrderBookSynchroniser> _auditsDue = new();
    private readonly Queue<OrderBookSynchroniser> _auditsPlanned = new();

    /// <summary>Hands over the next book whose state the session must ask the exchange for; null when there is none.</summary>
    /// <param name="includePlanned">Whether the exchange's budget has room for the routine ones too.</param>
    /// <returns>The book; to be followed by <see cref="AuditAnswered"/> or <see cref="AuditFailed"/>.</returns>
    public OrderBookSynchroniser? TakeAudit(bool includePlanned = false)
    {
        while (_auditsDue.TryDequeue(out var book) || (includePlanned && _auditsPlanned.TryDequeue(out book)))
        {
            book.Repair.AuditDue = false;
            if (book.State != BookState.Live || book.LastChangeId is not { } changeId) continue;
            book.Repair.Audit = new BookAudit(book.Book, changeId, book.LastExchangeTimeUnixMs);
            return book;
        }

        return null;
    }

    /// <summary>The exchange's own book, as it was at some moment after <see cref="TakeAudit"/>.</summary>
    /// <param name="book">The book.</param>
    /// <param name="changeId">The id of the state.</param>
    /// <param name="bids">All bid levels, best first.</param>
    /// <param name="asks">All ask levels, best first.</param>
    /// <param name="output">Takes a <c>verified</c> event if the book is the same, a <c>stale</c> event if it differs.</param>
    /// <param name="depth">How many levels of each side were asked for: a side with as many is compared only up to its last.</param>
    public void AuditAnswered(
        OrderBookSynchroniser book, long changeId, ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks, List<MarketDataEvent> output,
        int depth = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(output);
        if (book.Repair.Audit is { } audit) OnVerdict(book, audit, audit.Answer(changeId, bids, asks, depth, _time.GetTimestamp()), output);
    }

    /// <summary>The exchange gave no answer: the audit is dropped, and another one follows in its time.</summary>
    /// <param name="book">The book.</param>
    public void AuditFailed(OrderBookSynchroniser book)
    {
        ArgumentNullException.ThrowIfNull(book);
        if (book.Repair.Audit is null) return;
        book.Repair.Audit = null;
        book.Repair.Cadence.Proven(_time.GetTimestamp());
        _counts.AuditsUndecided++;
    }

    /// <summary>
    /// Ends audits whose answer is ahead of the book, when the frames that lead there should have come long ago: the channel is mute. To be
    /// called only while no frame waits to be applied.
    /// </summary>
    /// <param name="output">Takes a <c>stale</c> event per mute book.</param>
    public void EndOverdueAudits(List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var limit = _time.GetTimestamp() - ToTimestamp(s_catchUpWithin);
        foreach (var book in _books)
        {
            if (book.Repair.Audit is not { AnswerId: { } ahead } audit || audit.AnsweredAt > limit) continue;
            book.Repair.Audit = null;
            _counts.MuteChannels++;
            Suspect(book, $"The exchange's own book is at change {ahead}, but the channel has sent nothing after {book.LastChangeId}.", output);
        }
    }

    private void PlanAudits(OrderBookSynchroniser book, long now)
    {
        var repair = book.Repair;
        if (_options.ProbeAfter > TimeSpan.Zero && repair is { Audit: null, AuditDue: false } && repair.Cadence.IsOverdue(now))
        {
            repair.AuditDue = true;
            _auditsDue.Enqueue(book);
        }

        if (now < repair.AuditPlannedAt) return;
        repair.AuditPlannedAt = now + ToTimestamp(_options.AuditEvery);
        if (repair.Audit is not null || repair.AuditDue) return;
        repair.AuditDue = true;
        _auditsPlanned.Enqueue(book);
    }

    // The first one comes after half an interval at the earliest, and the books are spread over the other half.
    private void PlanFirstAudit(OrderBookSynchroniser book, long now)
    {
        book.Repair.Cadence.Interrupted();
        book.Repair.AuditPlannedAt = _options.AuditEvery <= TimeSpan.Zero
            ? BookRepair.Never
            : now + (long)(ToTimestamp(_options.AuditEvery) * (1 + book.Repair.Slot) / 2);
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

    private void OnVerdict(OrderBookSynchroniser book, BookAudit audit, BookAuditVerdict verdict, List<MarketDataEvent> output)
    {
        if (verdict == BookAuditVerdict.Pending) return;
        var repair = book.Repair;
        repair.Audit = null;
        repair.AuditMisses = verdict == BookAuditVerdict.Missed ? repair.AuditMisses + 1 : 0;
        repair.Cadence.Proven(_time.GetTimestamp());
        if (verdict == BookAuditVerdict.Agreed)
        {
            _counts.AuditsAgreed++;
            // Without an end on the exchange's clock: a quiet book last changed long ago, but it is right now.
            output.Add(Integrity(book, IntegrityKind.Verified, "The book is equal to the exchange's own.") with
            {
                FromId = null,
                FromTimeUnixMs = null,
                ToId = audit.VerifiedId,
                ExchangeTimeUnixMs = audit.VerifiedTimeUnixMs ?? 0,
            });
        }
        else if (verdict == BookAuditVerdict.Differed || repair.AuditMisses >= MaxMisses)
        {
            repair.AuditMisses = 0;
            _counts.AuditsDiffered++;
            Suspect(book, "The exchange's own book differs from ours, although the chain never broke.", output);
        }
        else
        {
            _counts.AuditsUndecided++;
        }
    }
}
