using MarketData.History;

namespace MarketData;

/// <summary>A perpetual's funding at an hour, as the exchange published it. Immutable.</summary>
public sealed record FundingRate : IHistoryRecord
{
    /// <inheritdoc/>
    public required string Exchange { get; init; }

    /// <inheritdoc/>
    public required string InstrumentName { get; init; }

    /// <summary>When it was, on the exchange's clock, in milliseconds since the Unix epoch.</summary>
    public required long ExchangeTimeUnixMs { get; init; }

    /// <summary>Our clock when the exchange gave it, in nanoseconds since the Unix epoch.</summary>
    public required long ReceivedAtUnixNs { get; init; }

    /// <summary>The index then, exact; null when the exchange did not say.</summary>
    public decimal? IndexPrice { get; init; }

    /// <summary>The index an hour before, exact; null when the exchange did not say.</summary>
    public decimal? PreviousIndexPrice { get; init; }

    /// <summary>What longs paid shorts in the hour before, as a fraction of the position.</summary>
    public required double Interest1Hour { get; init; }

    /// <summary>The same of the eight hours before; null when the exchange did not say.</summary>
    public double? Interest8Hours { get; init; }
}
