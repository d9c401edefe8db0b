namespace MarketData.Books;

/// <summary>Where one order book stands; see <see cref="OrderBookSynchroniser"/> for the table of transitions.</summary>
public enum BookState
{
    /// <summary>Wanted, but the exchange has not sent a snapshot on this connection yet.</summary>
    AwaitingSnapshot,

    /// <summary>In sync; the only state that publishes.</summary>
    Live,

    /// <summary>The chain broke; muted until the snapshot of a new subscription.</summary>
    Resyncing,

    /// <summary>Cannot be trusted; muted, and retried from time to time.</summary>
    Quarantined,

    /// <summary>Removed; nothing is accepted any more.</summary>
    Closed,
}
