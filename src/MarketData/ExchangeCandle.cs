using MarketData.History;

namespace MarketData;

/// <summary>A candle as the exchange computed it, for a period that is over. Immutable.</summary>
public sealed record ExchangeCandle : IHistoryRecord
{
    /// <inheritdoc/>
    public required string Exchange { get; init; }

    /// <inheritdoc/>
    public required string InstrumentName { get; init; }

    /// <summary>The length of its period, in whole seconds.</summary>
    public required TimeSpan Resolution { get; init; }

    /// <summary>The begin of its period on the exchange's clock, in milliseconds since the Unix epoch.</summary>
    public required long ExchangeTimeUnixMs { get; init; }

    /// <summary>Our clock when the exchange gave it, in nanoseconds since the Unix epoch.</summary>
    public required long ReceivedAtUnixNs { get; init; }

    /// <summary>First price, exact.</summary>
    public required decimal Open { get; init; }

    /// <summary>Highest price, exact.</summary>
    public required decimal High { get; init; }

    /// <summary>Lowest price, exact.</summary>
    public required decimal Low { get; init; }

    /// <summary>Last price, exact.</summary>
    public required decimal Close { get; init; }

    /// <summary>What was traded, in the base currency; null when the exchange did not say.</summary>
    public double? Volume { get; init; }

    /// <summary>What was traded, in the quote currency; null when the exchange did not say.</summary>
    public double? Cost { get; init; }
}
