namespace Deribit.Client.Session;

/// <summary>Why a connection ends.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Detail">A full sentence.</param>
/// <param name="CloseCode">The peer's close code.</param>
/// <param name="Fatal">What ends the whole client; null when it reconnects.</param>
internal sealed record Drop(DeribitDisconnectReason Reason, string Detail, int? CloseCode = null, Exception? Fatal = null)
{
    /// <summary>Whether the peer is still there to hear a goodbye.</summary>
    public bool DeservesGoodbye => Reason is not (DeribitDisconnectReason.Lost or DeribitDisconnectReason.HalfOpen
        or DeribitDisconnectReason.Silent or DeribitDisconnectReason.BrokenStream);
}
