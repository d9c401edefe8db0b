namespace Deribit.Client;

/// <summary>An instrument changed its state (<c>instrument.state.{kind}.{currency}</c>). Immutable; may be kept.</summary>
public sealed class DeribitInstrumentState : DeribitMessage
{
    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The instrument.</summary>
    public required string InstrumentName { get; init; }

    /// <summary>
    /// The exchange's word: <c>open</c>, <c>settlement</c>, <c>delivered</c>, <c>inactive</c>, <c>locked</c>, <c>halted</c>,
    /// <c>archivized</c>, or one that this library does not know.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The exchange's time in milliseconds since the Unix epoch.</summary>
    public required long ExchangeTimeUnixMs { get; init; }
}
