namespace MarketData;

/// <summary>
/// What was not proven complete, or is again (<c>data_type</c> <c>integrity</c>). One per instrument and channel, so that a reader of one
/// key sees the whole story of that key.
/// </summary>
public sealed record IntegrityEvent : MarketDataEvent
{
    /// <summary>Which stream: <c>orderbook</c>, <c>trade</c>, <c>ticker</c> or <c>connection</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>What happened.</summary>
    public required IntegrityKind Kind { get; init; }

    /// <summary>The last id known good (change id or trade sequence), or the first missing one of a trade gap.</summary>
    public long? FromId { get; init; }

    /// <summary>The id at which the stream continues, or the last missing one of a trade gap.</summary>
    public long? ToId { get; init; }

    /// <summary>Start of the interval on the exchange's clock, in milliseconds since the Unix epoch.</summary>
    public long? FromTimeUnixMs { get; init; }

    /// <summary>End of the interval on the exchange's clock, in milliseconds since the Unix epoch.</summary>
    public long? ToTimeUnixMs { get; init; }

    /// <summary>One sentence for a person.</summary>
    public string? Detail { get; init; }

    /// <summary>The frame that could not be used, if there is one. Not part of the JSON: the Kafka sink sends it to the dead-letter topic.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }
}
