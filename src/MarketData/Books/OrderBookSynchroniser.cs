namespace MarketData.Books;

/// <summary>
/// Keeps one order book in step with the exchange's chain of ids. Comes in: frames, from the <see cref="BookKeeper"/>. Goes out: the
/// verdict on each. Owns: the book, its state and its repair. Runs on: the keeper's thread. Nothing may be published unless
/// <see cref="State"/> is <see cref="BookState.Live"/>.
/// <code>
/// state              snapshot      change that continues   change already held   any other change   levels refused   crossed after it
/// AwaitingSnapshot   Live          held back               held back             held back          Resyncing        Quarantined
/// Live               Live          Live                    ignored               Resyncing (gap)    Resyncing        Quarantined
/// Resyncing          Live          held back               held back             held back          Resyncing        Quarantined
/// Quarantined        Live          held back               held back             held back          Quarantined      Quarantined
/// Closed             dropped       dropped                 dropped               dropped            dropped          dropped
/// </code>
/// A lost connection leads from any state but Closed to AwaitingSnapshot; repair without success leads to Quarantined; removal to Closed.
/// A locked book (best bid = best ask) is allowed.
/// </summary>
public sealed class OrderBookSynchroniser
{
    internal OrderBookSynchroniser(Instrument instrument, int maxLevels, long probeAfter = 0)
    {
        Repair = new BookRepair(probeAfter);
        Instrument = instrument;
        Key = instrument.Key;
        Book = new OrderBook(maxLevels);
    }

    /// <summary>The instrument.</summary>
    public Instrument Instrument { get; }

    /// <summary>The sink key; one string shared by every event of the book.</summary>
    public string Key { get; }

    /// <summary>Where the book stands.</summary>
    public BookState State { get; internal set; }

    /// <summary>Why the book is muted, as a sentence; empty while it is live or nothing went wrong yet.</summary>
    public string Reason { get; internal set; } = "";

    /// <summary>The id of the last state that was published; null when nothing was, or not since the connection was lost.</summary>
    public long? LastChangeId { get; private set; }

    /// <summary>
    /// The exchange's time of the last state that was published, in milliseconds since the Unix epoch; null like
    /// <see cref="LastChangeId"/>.
    /// </summary>
    public long? LastExchangeTimeUnixMs { get; private set; }

    /// <summary>When the last frame of the book left the socket, our clock, in nanoseconds since the Unix epoch.</summary>
    public long LastReceivedAtUnixNs { get; private set; }

    /// <summary>Frames applied since the book was added; busier books are repaired first.</summary>
    public long FramesApplied { get; private set; }

    /// <summary>Whether best bid and best ask are equal right now.</summary>
    public bool IsLocked { get; private set; }

    /// <summary>The best bid; null when there is none or the book is not live.</summary>
    public BookLevel? BestBid => State == BookState.Live ? Book.BestBid : null;

    /// <summary>The best ask; null when there is none or the book is not live.</summary>
    public BookLevel? BestAsk => State == BookState.Live ? Book.BestAsk : null;

    /// <summary>The levels; meaningful only while the book is live.</summary>
    internal OrderBook Book { get; }

    /// <summary>What is being done to bring the book back.</summary>
    internal BookRepair Repair { get; }

    /// <summary>
    /// Takes one frame: the hot path. Changes the book and the ids; changes of <see cref="State"/> for the worse are the keeper's.
    /// </summary>
    internal BookSyncResult Accept(in BookFrame frame, out BookApplyResult applied)
    {
        applied = BookApplyResult.Applied;
        // 1. A removed book takes nothing.
        if (State == BookState.Closed) return BookSyncResult.Closed;
        if (frame.IsSnapshot)
        {
            // 2. A snapshot replaces everything, whatever the state.
            applied = Book.Replace(frame.Bids, frame.Asks);
        }
        else
        {
            // 3. Without a base there is nothing to change.
            if (State != BookState.Live) return BookSyncResult.HeldBack;
            // 4. The chain: what is already held is ignored, what does not continue it is a gap.
            if (frame.PreviousChangeId is not { } previous || frame.ChangeId <= previous) return BookSyncResult.Gap;
            if (frame.ChangeId <= LastChangeId) return BookSyncResult.StaleIgnored;
            if (previous != LastChangeId) return BookSyncResult.Gap;
            // 5. The change continues the chain.
            applied = Book.Apply(frame.Bids, frame.Asks);
        }

        // 6. What cannot be held exactly or makes no sense is never published.
        if (applied != BookApplyResult.Applied) return BookSyncResult.Refused;
        if (Book.IsCrossed) return BookSyncResult.Crossed;
        IsLocked = Book.IsLocked;
        LastChangeId = frame.ChangeId;
        LastExchangeTimeUnixMs = frame.ExchangeTimeUnixMs;
        LastReceivedAtUnixNs = frame.ReceivedAtUnixNs;
        FramesApplied++;
        return frame.IsSnapshot ? BookSyncResult.SnapshotApplied : BookSyncResult.Applied;
    }

    /// <summary>Leaves the live state: nothing is published, and no level of the old book survives.</summary>
    internal void Mute(string reason)
    {
        Reason = reason;
        IsLocked = false;
        LastChangeId = null;
        LastExchangeTimeUnixMs = null;
        Book.Clear();
    }
}
