namespace Deribit.Client;

/// <summary>A well-formed notification of a channel that this library does not decode. Immutable; may be kept.</summary>
public sealed class DeribitUnknownChannel : DeribitMessage
{
    /// <summary>The channel, for example <c>quote.BTC-PERPETUAL</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>How many notifications of unknown channels this client has met, this one included.</summary>
    public required long Count { get; init; }

    /// <summary>A copy of the frame, cut at 64 KiB.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }
}
