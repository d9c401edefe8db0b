namespace Deribit.Client;

/// <summary>The parts of a channel's name. Immutable.</summary>
public sealed record DeribitChannel
{
    /// <summary>The name as the exchange writes it, for example <c>book.BTC-PERPETUAL.100ms</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the channel carries.</summary>
    public required DeribitChannelKind Kind { get; init; }

    /// <summary>The instrument, when the channel is about one; else null.</summary>
    public string? InstrumentName { get; init; }

    /// <summary>The interval; null when the channel has none.</summary>
    public DeribitInterval? Interval { get; init; }

    /// <summary>The price grouping of a grouped book, for example <c>none</c>; else null.</summary>
    public string? Group { get; init; }

    /// <summary>The depth of a grouped book in levels; else null.</summary>
    public int? Depth { get; init; }

    /// <summary>The instrument kind that the channel covers, for example <c>option</c> or <c>any</c>; else null.</summary>
    public string? InstrumentKind { get; init; }

    /// <summary>The currency that the channel covers, for example <c>BTC</c> or <c>any</c>; else null.</summary>
    public string? Currency { get; init; }
}
