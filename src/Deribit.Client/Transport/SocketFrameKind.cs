namespace Deribit.Client.Transport;

/// <summary>What a receive brought.</summary>
internal enum SocketFrameKind
{
    /// <summary>A whole text message.</summary>
    Text,

    /// <summary>A whole binary message; the protocol has none.</summary>
    Binary,

    /// <summary>A message above the size cap; only its beginning is kept, the rest was read and thrown away.</summary>
    TooLarge,

    /// <summary>
    /// Bytes that break the WebSocket protocol, most often a text that is not UTF-8; what came before the broken part is kept. The
    /// connection cannot be read further (RFC 6455, 8.1).
    /// </summary>
    Broken,

    /// <summary>
    /// A compressed message that cannot be inflated; what was inflated before the fault is kept. The connection cannot be read further, because
    /// later messages may refer to this one (RFC 7692, 7.2.3.2).
    /// </summary>
    Corrupt,

    /// <summary>The peer closed the connection with a close frame.</summary>
    Closed,
}
