namespace MarketData.Books;

/// <content>
/// How a book comes back. Every step has a deadline, every budget an end:
/// resubscribe, at most <see cref="BookKeeperOptions.ResubscribeAttempts"/> times; when no snapshot came, one new connection; then quarantine, tried
/// again every <see cref="BookKeeperOptions.QuarantineRetry"/>.
/// </content>
public sealed partial class BookKeeper
{
    private int _due;
    private long _connectionAllowedAt = long.MinValue;

    /// <summary>Hands over what the session must do now, busiest book first; each entry is handed over once. Cheap when nothing is due.</summary>
    /// <param name="due">Takes the entries. One that asks for a new connection comes alone: the connection brings all books back.</param>
    public void TakeResyncs(List<BookResync> due)
    {
        ArgumentNullException.ThrowIfNull(due);
        if (_due == 0) return;
        var first = due.Count;
        foreach (var book in _books)
        {
            if (!IsDue(book.Repair.Phase)) continue;
            var newConnection = book.Repair.Phase == BookRepairPhase.ConnectionDue;
            if (newConnection) due.RemoveRange(first, due.Count - first);
            SetPhase(book, BookRepairPhase.Requested, DeadlineAfter(_options.RequestDeadline));
            due.Add(new BookResync(book, newConnection, book.Reason));
            if (newConnection) return;
        }

        if (due.Count - first > 1) due.Sort(first, due.Count - first, s_busiestFirst);
    }

    /// <summary>
    /// The exchange acknowledged the subscription that <see cref="TakeResyncs"/> asked for (or the first one after a connect): the snapshot is now
    /// expected within <see cref="BookKeeperOptions.SnapshotDeadline"/>.
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

    /// <summary>The exchange refused the subscription, or it could not be sent. Tried again after a pause, then the book is quarantined.</summary>
    /// <param name="book">The book.</param>
    /// <param name="reason">Why, as a sentence.</param>
    public void ResyncFailed(OrderBookSynchroniser book, string reason)
    {
        ArgumentNullException.ThrowIfNull(book);
        if (book.State == BookState.Closed || !_connected) return;
        if (book.Repair.Phase is not (BookRepairPhase.Requested or BookRepairPhase.AwaitingSnapshot)) return;
        book.Repair.Failure = reason;
        SetPhase(book, BookRepairPhase.Waiting, DeadlineAfter(_options.FailureDelay));
    }

    /// <summary>The book's channel is silent for longer than it can be, or its subscription was lost: the book is muted and resubscribed.</summary>
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

    /// <summary>The exchange keeps refusing the book's channel: the book is quarantined at once, and tried again from time to time.</summary>
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
        if (repair.IsOpen)
        {
            _counts.Healed++;
            output.Add(Integrity(book, IntegrityKind.Resynced, "The book is in sync again.") with
            {
                ToId = frame.ChangeId,
                ToTimeUnixMs = frame.ExchangeTimeUnixMs,
                ExchangeTimeUnixMs = frame.ExchangeTimeUnixMs,
                ReceivedAtUnixNs = frame.ReceivedAtUnixNs,
            });
        }

        repair.Close();
        // An answer that is still outstanding decides later whether the subscription stands.
        var outstanding = repair.Phase == BookRepairPhase.Requested;
        SetPhase(book, outstanding ? BookRepairPhase.Requested : BookRepairPhase.None, BookRepair.Never);
        repair.LiveSince = _time.GetTimestamp();
        repair.SnapshotDue = NextSnapshot(repair.Slot, repair.LiveSince);
        SetState(book, BookState.Live);
        book.Reason = "";
    }

    private void OnGap(OrderBookSynchroniser book, in BookFrame frame, List<MarketDataEvent> output)
    {
        _counts.Gaps++;
        var reason = $"The chain broke: the book is at change {book.LastChangeId}, the frame {frame.ChangeId} continues {frame.PreviousChangeId}.";
        Open(book, IntegrityKind.Gap, reason, output, frame.ChangeId, frame.ExchangeTimeUnixMs, frame.ReceivedAtUnixNs);
        Mute(book, BookState.Resyncing, reason);
        RetryFault(book, reason, output);
    }

    private void OnCrossed(OrderBookSynchroniser book, in BookFrame frame, List<MarketDataEvent> output)
    {
        _counts.Crossed++;
        var reason = $"The book was crossed after change {frame.ChangeId}: best bid {book.Book.BestBid?.Price}, best ask {book.Book.BestAsk?.Price}.";
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

    private void OnDeadline(OrderBookSynchroniser book, List<MarketDataEvent> output)
    {
        var repair = book.Repair;
        if (repair.Phase == BookRepairPhase.Waiting && repair.Failure is null)
        {
            SetPhase(book, BookRepairPhase.ResubscribeDue, BookRepair.Never);
            return;
        }

        var reason = repair.Failure ?? (repair.Phase == BookRepairPhase.Requested
            ? $"The resubscription was not answered within {_options.RequestDeadline.TotalSeconds:0.###} s."
            : "No snapshot came in time after the subscription.");
        if (!repair.IsOpen) Open(book, IntegrityKind.Stale, reason, output);
        Mute(book, book.State == BookState.Quarantined ? BookState.Quarantined : BookState.Resyncing, reason);
        // Where the exchange itself said no, another connection would hear the same.
        Retry(book, reason, allowConnection: repair.Failure is null, output);
    }

    // A book that keeps failing right after it healed is not worth another try just now.
    private void RetryFault(OrderBookSynchroniser book, string reason, List<MarketDataEvent> output)
    {
        var repair = book.Repair;
        var stable = _time.GetElapsedTime(repair.LiveSince) >= _options.StableAfter;
        repair.Relapses = stable ? 0 : repair.Relapses + 1;
        if (repair.Relapses <= _options.MaxRelapses)
        {
            Retry(book, reason, allowConnection: false, output);
            return;
        }

        repair.Relapses = 0;
        Quarantine(book, $"The book failed {_options.MaxRelapses + 1} times in a row before it was stable. {reason}", default, output);
        Wait(book);
    }

    private void Retry(OrderBookSynchroniser book, string reason, bool allowConnection, List<MarketDataEvent> output)
    {
        var repair = book.Repair;
        repair.Failure = null;
        if (!_connected)
        {
            SetPhase(book, BookRepairPhase.None, BookRepair.Never);
        }
        else if (repair.Resubscribes < _options.ResubscribeAttempts)
        {
            repair.Resubscribes++;
            SetPhase(book, BookRepairPhase.ResubscribeDue, BookRepair.Never);
        }
        else if (allowConnection && !repair.ConnectionSpent && _time.GetTimestamp() >= _connectionAllowedAt)
        {
            repair.ConnectionSpent = true;
            _connectionAllowedAt = DeadlineAfter(_options.NewConnectionInterval);
            SetPhase(book, BookRepairPhase.ConnectionDue, BookRepair.Never);
        }
        else
        {
            Quarantine(book, $"Every attempt to resynchronise failed. {reason}", default, output);
            Wait(book);
        }
    }

    private void Quarantine(
        OrderBookSynchroniser book, string reason, ReadOnlySpan<byte> raw, List<MarketDataEvent> output,
        long? toId = null, long? toTimeUnixMs = null, long? receivedAtUnixNs = null)
    {
        if (!book.Repair.IsQuarantineTold)
        {
            Open(book, IntegrityKind.Quarantined, reason, output, toId, toTimeUnixMs, receivedAtUnixNs, raw);
            book.Repair.IsQuarantineTold = true;
        }

        Mute(book, BookState.Quarantined, reason);
    }

    private void Wait(OrderBookSynchroniser book)
    {
        book.Repair.Failure = null;
        if (_connected) SetPhase(book, BookRepairPhase.Waiting, DeadlineAfter(_options.QuarantineRetry));
    }

    private void ExpectSnapshot(OrderBookSynchroniser book, TimeSpan within)
    {
        var deadline = DeadlineAfter(within);
        if (book.Repair.Phase == BookRepairPhase.AwaitingSnapshot) deadline = Math.Min(deadline, book.Repair.Deadline);
        SetPhase(book, BookRepairPhase.AwaitingSnapshot, deadline);
    }

    private void SetPhase(OrderBookSynchroniser book, BookRepairPhase phase, long deadline)
    {
        if (IsDue(book.Repair.Phase)) _due--;
        if (IsDue(phase)) _due++;
        book.Repair.Phase = phase;
        book.Repair.Deadline = deadline;
    }

    private void Mute(OrderBookSynchroniser book, BookState state, string reason)
    {
        SetState(book, state);
        book.Mute(reason);
    }

    private void SetState(OrderBookSynchroniser book, BookState state)
    {
        _byState[(int)book.State]--;
        _byState[(int)state]++;
        book.State = state;
    }
}
