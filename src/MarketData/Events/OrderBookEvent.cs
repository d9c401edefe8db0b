namespace MarketData;

/// <summary>A snapshot or an update of one order book that is in sync (<c>data_type</c> <c>orderbook</c>).</summary>
public sealed record OrderBookEvent : MarketDataEvent
{
    /// <summary>Whether this is the whole book or only what changed.</summary>
    public required BookAction Action { get; init; }

    /// <summary>Bid levels: best first in a snapshot; in an update only those that changed, amount 0 = level gone.</summary>
    public required ReadOnlyMemory<BookLevel> Bids { get; init; }

    /// <summary>Ask levels: best first in a snapshot; in an update only those that changed, amount 0 = level gone.</summary>
    public required ReadOnlyMemory<BookLevel> Asks { get; init; }

    /// <summary>The exchange's id of this state of the book.</summary>
    public required long ChangeId { get; init; }

    /// <summary>The id of the state that an update continues; null in a snapshot.</summary>
    public required long? PreviousChangeId { get; init; }

    /// <summary>
    /// In a snapshot that only repeats a live book: when it was repeated, our clock, in nanoseconds since the Unix epoch; else null. The
    /// other times stay those of the last change, so such an event says nothing of the lag.
    /// </summary>
    public long? VerifiedAtUnixNs { get; init; }

    /// <summary>The best bid of the book after this event; null when there are no bids.</summary>
    public required BookLevel? BestBid { get; init; }

    /// <summary>The best ask of the book after this event; null when there are no asks.</summary>
    public required BookLevel? BestAsk { get; init; }
}
