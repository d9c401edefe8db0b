namespace MarketData.History;

/// <summary>
/// What becomes a row of the history: an event of a topic, or what the exchange publishes of its past and is asked for. Immutable.
/// </summary>
public interface IHistoryRecord
{
    /// <summary>The exchange's name in lower case.</summary>
    string Exchange { get; }

    /// <summary>The exchange's own name of what it is about.</summary>
    string InstrumentName { get; }

    /// <summary>The exchange's time of it, in milliseconds since the Unix epoch.</summary>
    long ExchangeTimeUnixMs { get; }
}
