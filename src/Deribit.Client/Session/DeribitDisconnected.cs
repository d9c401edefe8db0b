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

    /// <summary>
    /// Whether the exchange ended it because its data was read too slowly (<c>connection_too_slow</c>), or it was lost while the queue to the
    /// reader was half full or more: the goodbye may be lost with what was sent before it.
    /// </summary>
    public bool ReadTooSlowly { get; init; }
}
