namespace Deribit.Client;

/// <summary>A frame that could not be used; the raw bytes are kept so that nothing is lost silently.</summary>
public sealed class DeribitUnusableFrame : DeribitMessage
{
    /// <summary>Why, as a full sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The channel, when it could be read; else null.</summary>
    public string? Channel { get; init; }

    /// <summary>The instrument of the channel, when it could be read; else null.</summary>
    public string? InstrumentName { get; init; }

    /// <summary>A copy of the frame, cut at 64 KiB.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }
}
