namespace MarketData.Books;

/// <summary>One message about one order book, in the exchange-neutral form that adapters hand to the <see cref="BookKeeper"/>.</summary>
public readonly ref struct BookFrame
{
    /// <summary>Whether the frame holds the whole book.</summary>
    public required bool IsSnapshot { get; init; }

    /// <summary>The exchange's time of the last change, in milliseconds since the Unix epoch.</summary>
    public required long ExchangeTimeUnixMs { get; init; }

    /// <summary>Our clock when the frame left the socket, in nanoseconds since the Unix epoch.</summary>
    public required long ReceivedAtUnixNs { get; init; }

    /// <summary>The exchange's id of the state after the frame.</summary>
    public required long ChangeId { get; init; }

    /// <summary>
    /// The id of the state that a change continues; ignored in a snapshot. A change without it can never be proven and counts as a gap.
    /// </summary>
    public long? PreviousChangeId { get; init; }

    /// <summary>Bid levels: all of them in a snapshot, else those that changed (amount 0 = gone).</summary>
    public ReadOnlySpan<BookLevel> Bids { get; init; }

    /// <summary>Ask levels: all of them in a snapshot, else those that changed (amount 0 = gone).</summary>
    public ReadOnlySpan<BookLevel> Asks { get; init; }

    /// <summary>The bytes of the frame; copied only when the frame must be kept as evidence.</summary>
    public ReadOnlySpan<byte> Raw { get; init; }
}
