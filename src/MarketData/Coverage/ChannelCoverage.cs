namespace MarketData.Coverage;

/// <summary>The answer for one channel.</summary>
public sealed record ChannelCoverage
{
    /// <summary><c>orderbook</c>, <c>trade</c> or <c>ticker</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>Complete only when every part of the interval is; incomplete when any part is.</summary>
    public required CoverageState State { get; init; }

    /// <summary>The interval in parts, without holes or overlaps, in the order of time.</summary>
    public required IReadOnlyList<CoverageInterval> Intervals { get; init; }

    /// <summary>What is or was missing within the interval, in the order of time.</summary>
    public required IReadOnlyList<CoverageIncident> Incidents { get; init; }

    /// <summary>What was in doubt within the interval and is proven after all, in the order of time.</summary>
    public required IReadOnlyList<CoverageRepair> Repairs { get; init; }

    /// <summary>When the stream was last held against the exchange and found right, in milliseconds since the Unix epoch; null if never.</summary>
    public required long? VerifiedAtUnixMs { get; init; }

    /// <summary>The id up to which it was right then; null when the proof named none.</summary>
    public required long? VerifiedId { get; init; }
}
