using MarketData.History;

namespace MarketData;

/// <summary>A candle of the exchange's volatility index, for a period that is over. Immutable.</summary>
public sealed record VolatilityCandle : IHistoryRecord
{
    /// <inheritdoc/>
    public required string Exchange { get; init; }

    /// <summary>The currency whose index it is, for example <c>BTC</c>.</summary>
    public required string InstrumentName { get; init; }

    /// <summary>The length of its period, in whole seconds.</summary>
    public required TimeSpan Resolution { get; init; }

    /// <summary>The begin of its period on the exchange's clock, in milliseconds since the Unix epoch.</summary>
    public required long ExchangeTimeUnixMs { get; init; }

    /// <summary>Our clock when the exchange gave it, in nanoseconds since the Unix epoch.</summary>
    public required long ReceivedAtUnixNs { get; init; }

    /// <summary>First value, in percent a year.</summary>
    public required double Open { get; init; }

    /// <summary>Highest value.</summary>
    public required double High { get; init; }

    /// <summary>Lowest value.</summary>
    public required double Low { get; init; }

    /// <summary>Last value.</summary>
    public required double Close { get; init; }
}
