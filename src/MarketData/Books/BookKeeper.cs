namespace MarketData.Books;

/// <summary>
/// The room's main class: all order books of one stream. Comes in: frames, rejects, connection changes, time. Goes out: order book and
/// integrity events, appended to the caller's list in the order in which they must be published; and, through <see cref="TakeResyncs"/>,
/// what the session must do. Owns: the books and their repairs. Runs on: the thread of the stream's pump, which is the only caller.
/// <para>
/// The ledger: a book that leaves the live state opens an incident with one event (<c>gap</c>, <c>disconnected</c>, <c>stale</c> or
/// <c>quarantined</c>; a later <c>quarantined</c> of the same incident adds to it), and exactly one <c>resynced</c> event closes it, just
/// before the snapshot that heals it. Between the two nothing is published for the book. A snapshot that jumps ahead of a live book opens and
/// closes an incident at once.
/// </para>
/// </summary>
public sealed partial class BookKeeper
{
    private const string ConnectedDetail = "The connection is up; the book awaits its snapshot.";

    private readonly BookKeeperOptions _options;
    private readonly TimeProvider _time;
    private readonly List<OrderBookSynchroniser> _books = [];
    private readonly int[] _byState = new int[(int)BookState.Closed + 1];
    private BookCounts _counts;

    /// <summary>Creates a keeper without books.</summary>
    /// <param name="options">How books are repaired.</param>
    /// <param name="time">The clock; its monotonic timestamp drives every deadline.</param>
    public BookKeeper(BookKeeperOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.SnapshotInterval, TimeSpan.Zero);
        _options = options;
        _time = time;
    }

    /// <summary>The books being kept, in no particular order.</summary>
    public IReadOnlyList<OrderBookSynchroniser> Books => _books;

    /// <summary>How the books do. Take it on the pump's thread; the value itself may go anywhere.</summary>
    public BookCounts Counts => _counts with
    {
        Wanted = _books.Count,
        Live = _byState[(int)BookState.Live],
        Awaiting = _byState[(int)BookState.AwaitingSnapshot],
        Resyncing = _byState[(int)BookState.Resyncing],
        Quarantined = _byState[(int)BookState.Quarantined],
    };

    /// <summary>How long the book that is out of sync for longest has been so; zero when all are live.</summary>
    public TimeSpan LongestUnsynced
    {
        get
        {
            if (_byState[(int)BookState.Live] == _books.Count) return TimeSpan.Zero;
            var since = BookRepair.Never;
            foreach (var book in _books) since = Math.Min(since, book.Repair.UnsyncedSince);
            return _time.GetElapsedTime(since);
        }
    }

    /// <summary>Starts to keep a book; the caller subscribes its channel.</summary>
    /// <param name="instrument">The instrument.</param>
    /// <returns>The handle to pass with every frame of the book.</returns>
    public OrderBookSynchroniser Add(Instrument instrument)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        var book = new OrderBookSynchroniser(instrument, _options.MaxLevels, ToTimestamp(_options.ProbeAfter));
        book.Repair.Slot = NextSlot();
        book.Repair.UnsyncedSince = _time.GetTimestamp();
        _byState[(int)book.State]++;
        _books.Add(book);
        return book;
    }

    /// <summary>Begins the ledger of a book that was just added.</summary>
    /// <param name="book">The book.</param>
    /// <param name="epoch">The newest connection's generation; stamped on the book's events until another one carries it.</param>
    /// <param name="connected">Whether the connection that carries the book is up.</param>
    /// <param name="interruptedSinceUnixMs">Since when an earlier owner no longer proved it, in milliseconds since the Unix epoch; null when
    /// there was none.</param>
    /// <param name="interruptedBy">Why the earlier owner stopped, as a sentence.</param>
    /// <param name="output">Takes a <c>disconnected</c> event for an interruption, which the first snapshot's <c>resynced</c> closes, and, when
    /// the connection is up, the <c>connected</c> event that the books before it had.</param>
    public void Begin(
        OrderBookSynchroniser book, long epoch, bool connected, long? interruptedSinceUnixMs, string interruptedBy,
        List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(output);
        book.Repair.Epoch = epoch;
        if (interruptedSinceUnixMs is { } since)
        {
            Open(book, IntegrityKind.Disconnected, interruptedBy, output, fromTimeUnixMs: since);
        }

        if (connected) Connected(book, epoch, output);
    }

    /// <summary>
    /// Stops to keep a book. Frames that still arrive for it are dropped; an open incident stays open, as its data never came back.
    /// </summary>
    /// <param name="book">The book.</param>
    public void Remove(OrderBookSynchroniser book)
    {
        ArgumentNullException.ThrowIfNull(book);
        if (book.State == BookState.Closed) return;
        SetPhase(book, BookRepairPhase.None, BookRepair.Never);
        Mute(book, BookState.Closed, "The book was removed.");
        book.Repair.Span?.Dispose();
        _byState[(int)BookState.Closed]--;
        _books.Remove(book);
    }

    /// <summary>The end of the stream: incidents stay open, as their data never came back, but their spans end.</summary>
    public void EndSpans()
    {
        foreach (var book in _books)
        {
            book.Repair.Span?.Dispose();
            book.Repair.Span = null;
        }
    }

    /// <summary>A connection is up, and the book will be subscribed on it.</summary>
    /// <param name="book">The book.</param>
    /// <param name="epoch">The connection's generation; stamped on the book's events from now on. Never below an earlier one of the book.</param>
    /// <param name="output">Takes a <c>connected</c> event: from here on the ledger is kept.</param>
    public void Connected(OrderBookSynchroniser book, long epoch, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(output);
        if (book.State == BookState.Closed) return;
        if (book.Repair.IsConnected) Disconnected(book, "Another connection took over.", output);
        book.Repair.Epoch = epoch;
        book.Repair.IsConnected = true;
        output.Add(Integrity(book, IntegrityKind.Connected, ConnectedDetail));
        ExpectSnapshot(book, _options.FirstSnapshotDeadline);
    }

    /// <summary>The connection that carried the book is gone: it is not live any more.</summary>
    /// <param name="book">The book.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="output">Takes a <c>disconnected</c> event if the book was live.</param>
    public void Disconnected(OrderBookSynchroniser book, string reason, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(output);
        if (book.State == BookState.Closed) return;
        book.Repair.IsConnected = false;
        if (book.State == BookState.Live) Open(book, IntegrityKind.Disconnected, reason, output);
        SetPhase(book, BookRepairPhase.None, BookRepair.Never);
        Mute(book, BookState.AwaitingSnapshot, reason);
    }

    /// <summary>Takes one frame of a book: the hot path. Between connections every frame is held back.</summary>
    /// <param name="book">The book.</param>
    /// <param name="frame">The frame; its spans are read before the call returns.</param>
    /// <param name="output">Takes the events that result, if any.</param>
    /// <returns>What the frame did.</returns>
    public BookSyncResult Apply(OrderBookSynchroniser book, in BookFrame frame, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(output);
        if (!book.Repair.IsConnected && book.State != BookState.Closed)
        {
            // A frame of a connection that is gone: even a snapshot of it proves nothing any more.
            _counts.HeldBack++;
            return BookSyncResult.HeldBack;
        }

        var wasLocked = book.IsLocked;
        var unknownDeletes = book.Book.UnknownDeletes;
        var (lastChangeId, lastExchangeTimeUnixMs) = (book.LastChangeId, book.LastExchangeTimeUnixMs);
        var result = book.Accept(frame, out var applied);
        unknownDeletes = book.Book.UnknownDeletes - unknownDeletes;
        _counts.UnknownDeletes += unknownDeletes;
        switch (result)
        {
            case BookSyncResult.Applied:
                _counts.Applied++;
                output.Add(UpdateEvent(book, frame));
                if (unknownDeletes > 0) OnUnknownDelete(book);
                book.Repair.Cadence.Spoke(_time.GetTimestamp());
                if (book.Repair.Audit is { } audit) OnVerdict(book, audit, audit.Follow(frame), output);
                break;
            case BookSyncResult.SnapshotApplied:
                _counts.Applied++;
                book.Repair.Audit = null;
                if (book.State != BookState.Live) GoLive(book, frame, output);
                else if (frame.ChangeId != lastChangeId) OnJump(book, lastChangeId, lastExchangeTimeUnixMs, frame, output);
                output.Add(SnapshotEvent(book, frame.ReceivedAtUnixNs));
                break;
            case BookSyncResult.StaleIgnored:
                _counts.StaleIgnored++;
                break;
            case BookSyncResult.HeldBack:
                _counts.HeldBack++;
                // A change proves that the subscription works, so the snapshot should have been here.
                if (book.Repair.Phase == BookRepairPhase.AwaitingSnapshot) ExpectSnapshot(book, _options.SnapshotDeadline);
                break;
            case BookSyncResult.Gap:
                OnGap(book, frame, output);
                break;
            case BookSyncResult.Crossed:
                OnCrossed(book, frame, output);
                break;
            case BookSyncResult.Refused:
                RejectMessage(book, Describe(applied), frame.Raw, frame.ReceivedAtUnixNs, isBase: frame.IsSnapshot, output);
                break;
        }

        if (book.IsLocked && !wasLocked) _counts.Locked++;
        return result;
    }

    /// <summary>A message for the book could not be decoded: it is reported with its bytes, and the book is resubscribed.</summary>
    /// <param name="book">The book.</param>
    /// <param name="reason">What is wrong with the message, as a sentence.</param>
    /// <param name="raw">The message's bytes, copied into the event for the dead-letter topic.</param>
    /// <param name="output">Takes a <c>rejected</c> event and, if the book was live, a <c>gap</c> event.</param>
    public void Reject(OrderBookSynchroniser book, string reason, ReadOnlySpan<byte> raw, List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(output);
        if (book.State == BookState.Closed) return;
        // While a snapshot is awaited, the message may have been that snapshot.
        RejectMessage(book, reason, raw, NowUnixNs(), isBase: book.Repair.Phase == BookRepairPhase.AwaitingSnapshot, output);
    }

    /// <summary>
    /// Does what time demands: periodic snapshots of live books, snapshots that did not come, the next try of quarantined books. Call it
    /// every 100 ms or so; then look at <see cref="TakeResyncs"/>.
    /// </summary>
    /// <param name="output">Takes the events that result.</param>
    public void Tick(List<MarketDataEvent> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var now = _time.GetTimestamp();
        foreach (var book in _books)
        {
            if (book.Repair.Deadline <= now) OnDeadline(book, output);
            if (book.State != BookState.Live) continue;
            PlanAudits(book, now);
            if (book.Repair.SnapshotDue > now) continue;
            book.Repair.SnapshotDue = NextSnapshot(book.Repair.Slot, now);
            output.Add(SnapshotEvent(book, book.LastReceivedAtUnixNs) with { VerifiedAtUnixNs = NowUnixNs() });
        }
    }
}
