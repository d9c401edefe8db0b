using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Deribit.Client.Transport;

/// <summary>
/// [1] The transport. Comes in: WebSocket fragments. Goes out: whole messages, stamped with our clock before anything else happens to them.
/// Owns: the WebSocket and one pooled buffer that grows to the largest message seen. Runs on: the connection's read loop (receives) and
/// its send loop (sends).
/// </summary>
internal sealed class DeribitSocket : IDeribitSocket
{
    private const int InitialBufferBytes = 64 * 1024;

    /// <summary>A message may be this many times the cap before the connection is given up instead of the message.</summary>
    private const int DiscardFactor = 4;

    private readonly WebSocket _webSocket;
    private readonly int _maxFrameBytes;
    private readonly TimeProvider _timeProvider;
    private byte[] _buffer = RentZeroed(InitialBufferBytes);
    private int _used;

    public DeribitSocket(WebSocket webSocket, int maxFrameBytes, TimeProvider timeProvider, bool compressed = false)
    {
        Compressed = compressed;
        _webSocket = webSocket;
        _maxFrameBytes = maxFrameBytes;
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public bool Compressed { get; }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SocketFrame> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        var discarded = 0L;
        var receivedAt = 0L;

        // Behind what a message fills the buffer is zero, so that what a broken one left there can be told from older bytes.
        _buffer.AsSpan(0, _used).Clear();
        _used = 0;
        try
        {
            while (true)
            {
                if (length == _buffer.Length)
                {
                    Grow(length);
                }

                var part = await _webSocket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (receivedAt == 0)
                {
                    receivedAt = WallClock.UnixNs(_timeProvider);
                }

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return new(SocketFrameKind.Closed, default, receivedAt, (int?)_webSocket.CloseStatus,
                        _webSocket.CloseStatusDescription);
                }

                length += part.Count;
                _used = Math.Min(length, _buffer.Length);
                if (length > _maxFrameBytes)
                {
                    // The excess is overwritten by the next part, so memory stays within the cap.
                    discarded += length - _maxFrameBytes;
                    length = _maxFrameBytes;
                    ThrowIfEndless(discarded);
                }

                if (part.EndOfMessage)
                {
                    var kind = discarded > 0 ? SocketFrameKind.TooLarge
                        : part.MessageType == WebSocketMessageType.Text ? SocketFrameKind.Text : SocketFrameKind.Binary;
                    return new(kind, _buffer.AsMemory(0, length), receivedAt);
                }
            }
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return BrokenBy(exception) is { } kind
                ? new(kind, TakeBroken(length), WallClock.UnixNs(_timeProvider), CloseReason: exception.Message)
                : throw Lost(exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            // Never compressed: some messages carry the secret, whose length must not show in theirs (RFC 7692, 8).
            await _webSocket.SendAsync(
                message, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Lost(exception);
        }
    }

    /// <inheritdoc/>
    public async Task SendCloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_webSocket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            // Saying goodbye is a courtesy: a peer that is already gone is what the caller will find next anyway.
            Abort();
        }
    }

    /// <inheritdoc/>
    public void Abort() => _webSocket.Abort();

    /// <inheritdoc/>
    public void Dispose()
    {
        _webSocket.Dispose();
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Grow(int length)
    {
        var larger = RentZeroed(checked((int)Math.Min((long)length * 2, (long)_maxFrameBytes + InitialBufferBytes)));
        _buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static byte[] RentZeroed(int bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        buffer.AsSpan().Clear();
        return buffer;
    }

    /// <summary>The part that was handed over, and behind it what the platform had read but would not hand over.</summary>
    private ReadOnlyMemory<byte> TakeBroken(int length)
    {
        _used = length + _buffer.AsSpan(length).LastIndexOfAnyExcept((byte)0) + 1;
        return _buffer.AsMemory(0, _used);
    }

    private void ThrowIfEndless(long discarded)
    {
        if (discarded > (long)_maxFrameBytes * (DiscardFactor - 1))
        {
            throw new DeribitProtocolException($"A message went beyond {DiscardFactor} times the cap of {_maxFrameBytes} bytes: the "
                + "connection is given up. If such messages are expected, raise MaxFrameBytes.");
        }
    }

    // The platform reports what it cannot inflate without an error code, and what breaks the protocol as a fault without a cause.
    private SocketFrameKind? BrokenBy(Exception exception) => exception switch
    {
        WebSocketException { WebSocketErrorCode: WebSocketError.Faulted, InnerException: null } => SocketFrameKind.Broken,
        WebSocketException { WebSocketErrorCode: WebSocketError.Success, InnerException: null } when Compressed => SocketFrameKind.Corrupt,
        _ => null,
    };

    private static bool IsLoss(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private static DeribitConnectionException Lost(Exception exception)
    {
        // A missing pong aborts the socket; the platform says so only in words, inside the exception of the aborted receive.
        return exception.ToString().Contains("KeepAliveTimeout", StringComparison.Ordinal)
            ? new("The peer did not answer a WebSocket ping in time: the connection is half-open.", exception,
                DeribitConnectionFault.HalfOpen)
            : new($"The connection was lost: {exception.Message.TrimEnd('.')}.", exception, DeribitConnectionFault.Lost);
    }
}
