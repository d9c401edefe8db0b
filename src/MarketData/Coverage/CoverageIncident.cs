namespace MarketData.Coverage;

/// <summary>Something that the ledger, or the numbers of the trades, say is or was missing.</summary>
public sealed record CoverageIncident
{
    /// <summary>What opened it.</summary>
    public required CoverageCause Cause { get; init; }

    /// <summary>How it ended.</summary>
    public required CoverageEnd End { get; init; }

    /// <summary>The collector that reported it; empty when the numbers on the topic show it.</summary>
    public required string Source { get; init; }

    /// <summary>Begin, in milliseconds since the Unix epoch: the exchange's time of the last good data where there is one.</summary>
    public required long FromUnixMs { get; init; }

    /// <summary>End (exclusive), in milliseconds since the Unix epoch; null while it is open.</summary>
    public required long? ToUnixMs { get; init; }

    /// <summary>The last id known good, or the first missing trade.</summary>
    public long? FromId { get; init; }

    /// <summary>The id at which the stream goes on, or the last missing trade.</summary>
    public long? ToId { get; init; }

    /// <summary>What the ledger says, sentence by sentence, in the order of the events.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];
}
