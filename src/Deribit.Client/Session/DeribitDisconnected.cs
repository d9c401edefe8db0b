namespace Deribit.Client;

/// <summary>A connection ended; nothing of its generation follows.</summary>
public sealed class DeribitDisconnected : DeribitMessage
{
    /// <summary>Why.</summary>
    public required DeribitDisconnectReason Reason { get; init; }

    /// <summary>Why, as a full sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>The WebSocket close code (1006 when there was no close frame); null when we ended it.</summary>
    public int? CloseCode { get; init; }
}
