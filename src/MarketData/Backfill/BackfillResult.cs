using MarketData.Coverage;
using MarketData.History;

namespace MarketData.Backfill;

/// <summary>What a backfill found and did. Immutable.</summary>
public sealed record BackfillResult
{
    /// <summary>What the history has of the range now.</summary>
    public required CoverageState State { get; init; }

    /// <summary>
    /// The end of the interval that it speaks of, exclusive, in milliseconds since the Unix epoch: what was asked for, or earlier, where the
    /// exchange's past is not settled yet.
    /// </summary>
    public required long UntilUnixMs { get; init; }

    /// <summary>The numbers, or the times, that the range has; null when there are none, or nothing is known of them.</summary>
    public NumberRange? Range { get; init; }

    /// <summary>Rows of the range that were there before.</summary>
    public long Present { get; init; }

    /// <summary>Rows that were fetched and stored.</summary>
    public long Stored { get; init; }

    /// <summary>What is not there, ascending.</summary>
    public IReadOnlyList<BackfillGap> Missing { get; init; } = [];

    /// <summary>What is not proven, as a full sentence; null when all is.</summary>
    public string? Doubt { get; init; }
}
