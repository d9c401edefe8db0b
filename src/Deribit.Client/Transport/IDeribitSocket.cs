namespace Deribit.Client.Transport;

/// <summary>
/// One open connection that carries whole messages. One receive and one send may be under way at a time. A later in-memory transport
/// plugs in here.
/// </summary>
internal interface IDeribitSocket : IDisposable
{
    /// <summary>Whether the peer agreed to compress what it sends.</summary>
    bool Compressed => false;

    /// <summary>Reads the next whole message.</summary>
    /// <param name="cancellationToken">Ends the wait; the connection is not usable afterwards.</param>
    /// <exception cref="DeribitConnectionException">The connection was lost.</exception>
    ValueTask<SocketFrame> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Sends one text message.</summary>
    /// <param name="message">The UTF-8 text.</param>
    /// <param name="cancellationToken">Ends the wait; the connection is not usable afterwards.</param>
    /// <exception cref="DeribitConnectionException">The connection was lost.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Says goodbye with a close frame, without waiting for the peer's. Never throws for a broken connection.</summary>
    /// <param name="cancellationToken">Bounds the wait.</param>
    Task SendCloseAsync(CancellationToken cancellationToken);

    /// <summary>Ends the connection at once.</summary>
    void Abort();
}
