using MarketData.History;

namespace MarketData;

/// <summary>
/// One event of the unified schema. Immutable once published, so that any number of lanes may hold it.
/// </summary>
public abstract record MarketDataEvent : IHistoryRecord
{
    /// <summary>The exchange's name in lower case, for example <c>deribit</c>.</summary>
    public required string Exchange { get; init; }

    /// <summary>The exchange's own instrument name, for example <c>BTC-PERPETUAL</c>.</summary>
    public required string InstrumentName { get; init; }

    /// <summary>The sink key, <c>exchange.instrument</c>; producers pass one shared string per instrument so that events do not build it.</summary>
    public required string Key { get; init; }

    /// <summary>The exchange's time of the event, in milliseconds since the Unix epoch; 0 when the exchange gave none.</summary>
    public required long ExchangeTimeUnixMs { get; init; }

    /// <summary>Our clock when the frame left the socket, in nanoseconds since the Unix epoch.</summary>
    public required long ReceivedAtUnixNs { get; init; }

    /// <summary>The connection generation that delivered the event; rises by one with every connect. Sent as the <c>epoch</c> header.</summary>
    public long Epoch { get; init; }
}
