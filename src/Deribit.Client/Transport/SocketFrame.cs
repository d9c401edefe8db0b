namespace Deribit.Client.Transport;

/// <summary>One received message. The bytes belong to the socket and are valid until its next receive.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">The whole message; empty for a close.</param>
/// <param name="ReceivedAtUnixNs">Our wall clock when its first bytes left the socket.</param>
/// <param name="CloseCode">The close code of <see cref="SocketFrameKind.Closed"/>.</param>
/// <param name="CloseReason">The peer's words for the close.</param>
internal readonly record struct SocketFrame(
    SocketFrameKind Kind, ReadOnlyMemory<byte> Bytes, long ReceivedAtUnixNs, int? CloseCode = null, string? CloseReason = null);
