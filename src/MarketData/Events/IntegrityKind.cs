namespace MarketData;

/// <summary>What an integrity event reports.</summary>
public enum IntegrityKind
{
    /// <summary>The connection that carries the channel is up.</summary>
    Connected,

    /// <summary>The connection that carries the channel was lost; what follows is unproven until <see cref="Resynced"/>.</summary>
    Disconnected,

    /// <summary>The id chain of a book broke; the book is muted.</summary>
    Gap,

    /// <summary>A book is in sync again: closes <see cref="Gap"/>, <see cref="Disconnected"/>, <see cref="Stale"/> or <see cref="Quarantined"/>.</summary>
    Resynced,

    /// <summary>A channel is silent for longer than it can be, or a snapshot did not come in time.</summary>
    Stale,

    /// <summary>A book cannot be trusted and is withheld.</summary>
    Quarantined,

    /// <summary>The trade sequence has a hole.</summary>
    TradeGap,

    /// <summary>A hole in the trade sequence was filled.</summary>
    Backfilled,

    /// <summary>A hole in the trade sequence cannot be filled.</summary>
    Unrecoverable,

    /// <summary>A frame, a message or a channel was refused.</summary>
    Rejected,

    /// <summary>A stream was proven right up to an id or a time: a book equal to the exchange's own, a quiet channel that answers.</summary>
    Verified,

    /// <summary>
    /// The instrument is not collected any more, on purpose: an operator's wish, its expiry, or a hand-over to another replica. The last
    /// event of its key from this process.
    /// </summary>
    Closed,

    /// <summary>
    /// The exchange counts an instrument's trades anew: <c>from_id</c> is the last number of the old sequence, <c>to_id</c> the first one
    /// seen of the new.
    /// </summary>
    Restarted,
}
