namespace Deribit.Client;

/// <summary>An instrument was listed (<c>instrument.creation.{kind}.{currency}</c>). Immutable; may be kept.</summary>
public sealed class DeribitInstrumentCreated : DeribitMessage
{
    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The new instrument.</summary>
    public required DeribitInstrument Instrument { get; init; }
}
