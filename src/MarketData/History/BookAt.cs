using MarketData.Coverage;

namespace MarketData.History;

/// <summary>The book of one instrument at one instant, and what it is worth.</summary>
public sealed record BookAt
{
    /// <summary>The instrument's key, <c>deribit.BTC-PERPETUAL</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The instant: the exchange's time, in milliseconds since the Unix epoch.</summary>
    public required long AtUnixMs { get; init; }

    /// <summary>What the answer is worth.</summary>
    public required BookAtState State { get; init; }

    /// <summary>The same for a person: one or two full sentences that name ids and times.</summary>
    public required string Statement { get; init; }

    /// <summary>
    /// The whole book as a snapshot, best levels first, with the id, the times and the epoch of its last change. Null when there is none to
    /// tell. Unless <see cref="State"/> is <see cref="BookAtState.Proven"/> it is only the last that is known.
    /// </summary>
    public OrderBookEvent? Book { get; init; }

    /// <summary>The stored snapshot that the book was rebuilt from; null when there is none.</summary>
    public OrderBookEvent? Snapshot { get; init; }

    /// <summary>How many updates were applied to it; each change counts once.</summary>
    public long UpdatesApplied { get; init; }

    /// <summary>What shows that the book was still the same at the instant.</summary>
    public BookProof Proof { get; init; }

    /// <summary>What is missing behind the book; null when nothing is known to be.</summary>
    public BookHole? Hole { get; init; }

    /// <summary>
    /// Incidents of the ledger that cover the instant, or, when a hole lies before it, any part of the time from the hole to the instant.
    /// A proven book may have one: the chain is stronger.
    /// </summary>
    public IReadOnlyList<CoverageIncident> Incidents { get; init; } = [];
}
