using System.Diagnostics;
using System.Globalization;

namespace MarketData.Books;

/// <content>What the session must do for books that are not in sync, what it reports back, and how faults begin and end.</content>
public sealed partial class BookKeeper
{
    private int _due;

    /// <summary>
    /// Hands over what the session must do now, busiest book first; each entry is handed over once. Cheap when nothing is due.
    /// </summary>
    /// <param name="due">
    /// Takes the entries. One that asks for a new connection brings all books of that connection back: what else is asked for them is void.
    /// </param>
    public void TakeResyncs(List<BookResync> due)
    {
        ArgumentNullException.ThrowIfNull(due);
        if (_due == 0) return;
        var first = due.Count;
        foreach (var book in _books)
        {
            if (!IsDue(book.Repair.Phase)) continue;
            var newConnection = book.Repair.Phase == BookRepairPhase.ConnectionDue;
            SetPhase(book, BookRepairPhase.Requested, DeadlineAfter(_options.RequestDeadline));
            due.Add(new BookResync(book, newConnection, book.Reason));
        }

        if (due.Count - first > 1) due.Sort(first, due.Count - first, s_busiestFirst);
    }

    /// <summary>
    /// The exchange acknowledged the subscription that <see cref="TakeResyncs"/> asked for (or the first one after a connect): the snapshot
    /// is now expected within <see cref="BookKeeperOptions.SnapshotDeadline"/>.
    /// </summary>
    /// <param name="book">The book.</param>
    public void ResyncStarted(OrderBookSynchroniser book)
    {
        ArgumentNullException.ThrowIfNull(book);
        if (book.Repair.Phase is not (BookRepairPhase.Requested or BookRepairPhase.AwaitingSnapshot)) return;
        // The snapshot may have overtaken the acknowledgement.
        if (book.State == BookState.Live) SetPhase(book, BookRepairPhase.None, BookRepair.Never);
        else ExpectSnapshot(book, _options.SnapshotDeadline);
    }

    /// <summary>
    /// The exchange refused the subscription, or it could not be sent. Tried again after a pause, then the book is quarantined.
    /// </summary>
    /// <param name="book">The book.</param>
    /// <param name="reason">Why, as a sentence.</param>
    public void ResyncFailed(OrderBookSynchroniser book, string reason)
    {
        ArgumentNullException.ThrowIfNull(book);
        if (book.State == BookState.Closed || !book.Repair.IsConnected) return;
        if (book.Repair.Phase is not (BookRepairPhase.Requested or BookRepairPhase.AwaitingSnapshot)) return;
        book.Repair.Failure = reason;
        SetPhase(book, BookRepairPhase.Waiting, DeadlineAfter(_options.FailureDelay));
    }

    /// <summary>
    /// The book's channel is silent for longer than it can be, or its subscription was lost: the book is muted and resubscribed.
    /// </summary>
    /// <param name="book">The book.</param>
    /// <param name="reason">What was seen, as a sentence.</param>
    /// <param name="output">Takes a <c>stale</c> event if the book was live.</param>
    public void Suspect(OrderBookSynchroniser book, string reason, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(output);
        if (book.State != BookState.Live) return;
        Open(book, IntegrityKind.Stale, reason, output);
        Mute(book, BookState.Resyncing, reason);
        Retry(book, reason, allowConnection: true, output);
    }

    /// <summary>
    /// The exchange keeps refusing the book's channel: the book is quarantined at once, and tried again from time to time.
    /// </summary>
    /// <param name="book">The book.</param>
    /// <param name="reason">What the exchange said, as a sentence.</param>
    /// <param name="output">Takes a <c>quarantined</c> event, unless one was published already.</param>
    public void Unavailable(OrderBookSynchroniser book, string reason, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(output);
        if (book.State == BookState.Closed) return;
        Quarantine(book, reason, default, output);
        Wait(book);
    }

    private static readonly Comparer<BookResync> s_busiestFirst =
        Comparer<BookResync>.Create((left, right) => right.Book.FramesApplied.CompareTo(left.Book.FramesApplied));

    private static bool IsDue(BookRepairPhase phase) => phase is BookRepairPhase.ResubscribeDue or BookRepairPhase.ConnectionDue;

    private void GoLive(OrderBookSynchroniser book, in BookFrame frame, List<MarketDataEvent> output)
    {
        var repair = book.Repair;
        if (repair.IsOpen) CloseIncident(book, frame, output);
        repair.Close();
        // An answer that is still outstanding decides later whether the subscription stands.
        var outstanding = repair.Phase == BookRepairPhase.Requested;
        SetPhase(book, outstanding ? BookRepairPhase.Requested : BookRepairPhase.None, BookRepair.Never);
        repair.LiveSince = _time.GetTimestamp();
        repair.SnapshotDue = NextSnapshot(repair.Slot, repair.LiveSince);
        PlanFirstAudit(book, repair.LiveSince);
        SetState(book, BookState.Live);
        book.Reason = "";
    }

    private void CloseIncident(OrderBookSynchroniser book, in BookFrame frame, List<MarketDataEvent> output)
    {
        _counts.Healed++;
        book.Repair.Span?.SetTag("marketdata.to_id", frame.ChangeId).SetStatus(ActivityStatusCode.Ok);
        output.Add(Integrity(book, IntegrityKind.Resynced, "The book is in sync again.") with
        {
            ToId = frame.ChangeId,
            ToTimeUnixMs = NotBeforeOpening(book, frame.ExchangeTimeUnixMs),
            ExchangeTimeUnixMs = frame.ExchangeTimeUnixMs,
            ReceivedAtUnixNs = frame.ReceivedAtUnixNs,
        });
    }

    // A snapshot of another state than the live book's: the changes that led to it were not seen. Nothing has to be repaired, but the
    // ledger names what is missing. It happens when the exchange sends one unasked while a resubscription is under way.
    private void OnJump(
        OrderBookSynchroniser book, long? lastChangeId, long? lastExchangeTimeUnixMs, in BookFrame frame, List<MarketDataEvent> output)
    {
        _counts.Gaps++;
        var repair = book.Repair;
        (repair.IsOpen, repair.FromId, repair.FromTimeUnixMs) = (true, lastChangeId, lastExchangeTimeUnixMs);
        var reason = $"A snapshot of change {frame.ChangeId} came while the book was at change {lastChangeId}.";
        Open(book, IntegrityKind.Gap, reason, output, frame.ChangeId, frame.ExchangeTimeUnixMs, frame.ReceivedAtUnixNs);
        CloseIncident(book, frame, output);
        repair.Close();
    }

    private void OnGap(OrderBookSynchroniser book, in BookFrame frame, List<MarketDataEvent> output)
    {
        _counts.Gaps++;
        var continued = frame.PreviousChangeId is { } previous ? $"{previous}" : "none";
        var reason = $"The chain broke: the book is at change {book.LastChangeId}, but frame {frame.ChangeId} continues {continued}.";
        Open(book, IntegrityKind.Gap, reason, output, frame.ChangeId, frame.ExchangeTimeUnixMs, frame.ReceivedAtUnixNs);
        Mute(book, BookState.Resyncing, reason);
        RetryFault(book, reason, output);
    }

    private void OnCrossed(OrderBookSynchroniser book, in BookFrame frame, List<MarketDataEvent> output)
    {
        _counts.Crossed++;
        var (bid, ask) = (book.Book.BestBid?.Price, book.Book.BestAsk?.Price);
        var reason = string.Create(CultureInfo.InvariantCulture, $"Crossed after change {frame.ChangeId}: best bid {bid}, best ask {ask}.");
        var wasLive = book.State == BookState.Live;
        Quarantine(book, reason, frame.Raw, output, frame.ChangeId, frame.ExchangeTimeUnixMs, frame.ReceivedAtUnixNs);
        if (wasLive) RetryFault(book, reason, output);
        else Retry(book, reason, allowConnection: false, output);
    }

    private void RejectMessage(
        OrderBookSynchroniser book, string reason, ReadOnlySpan<byte> raw, long receivedAtUnixNs, bool isBase, List<MarketDataEvent> output)
    {
        _counts.Rejected++;
        output.Add(Integrity(book, IntegrityKind.Rejected, reason) with { Raw = raw.ToArray(), ReceivedAtUnixNs = receivedAtUnixNs });
        if (book.State == BookState.Live)
        {
            Open(book, IntegrityKind.Gap, reason, output, receivedAtUnixNs: receivedAtUnixNs);
            Mute(book, BookState.Resyncing, reason);
            RetryFault(book, reason, output);
        }
        else if (isBase)
        {
            Mute(book, book.State == BookState.Quarantined ? BookState.Quarantined : BookState.Resyncing, reason);
            Retry(book, reason, allowConnection: false, output);
        }
    }
}
