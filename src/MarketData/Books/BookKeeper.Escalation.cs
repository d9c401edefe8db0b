namespace MarketData.Books;

/// <content>
/// How a book comes back. Every step has a deadline, every budget an end: resubscribe, at most
/// <see cref="BookKeeperOptions.ResubscribeAttempts"/> times; when no snapshot came, one new connection; then quarantine, tried again every
/// <see cref="BookKeeperOptions.QuarantineRetry"/>.
/// </content>
public sealed partial class BookKeeper
{
    private long _connectionAllowedAt = long.MinValue;

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
        if (!book.Repair.IsConnected)
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
        if (book.Repair.IsConnected) SetPhase(book, BookRepairPhase.Waiting, DeadlineAfter(_options.QuarantineRetry));
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
        book.Repair.Audit = null;
        book.Mute(reason);
    }

    private void SetState(OrderBookSynchroniser book, BookState state)
    {
        _byState[(int)book.State]--;
        _byState[(int)state]++;
        if (state == BookState.Live) book.Repair.UnsyncedSince = BookRepair.Never;
        else if (book.State == BookState.Live) book.Repair.UnsyncedSince = _time.GetTimestamp();
        book.State = state;
    }
}
