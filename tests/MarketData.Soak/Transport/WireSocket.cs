using Deribit.Client;
using Deribit.Client.Transport;
using MarketData.Soak.Venue;

namespace MarketData.Soak.Transport;

/// <summary>
/// The client's end of one connection in memory. Comes in: frames of the exchange's session. Goes out: the client's requests. Owns: the
/// frames that were not read yet. Single-threaded like the whole soak.
/// </summary>
internal sealed class WireSocket(VenueSession session, TimeProvider time) : IDeribitSocket
{
    private readonly Queue<Delivery> _inbox = new();
    private TaskCompletionSource? _arrival;
    private DeribitConnectionException? _fault;
    private bool _gone;

    /// <summary>Hands a frame to the client as soon as it reads.</summary>
    public void Deliver(Delivery delivery)
    {
        if (_gone || _fault is not null)
            return;
        _inbox.Enqueue(delivery);
        _arrival?.TrySetResult();
    }

    /// <summary>Ends the connection as the network would: what was delivered is still read.</summary>
    public void Fail(DeribitConnectionFault fault, string message)
    {
        _fault ??= new DeribitConnectionException(message, null, fault);
        _arrival?.TrySetResult();
    }

    /// <inheritdoc/>
    public async ValueTask<SocketFrame> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (_inbox.Count == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_fault is { } fault)
                throw new DeribitConnectionException(fault.Message, fault, fault.Fault);
            if (_gone)
                throw new DeribitConnectionException("The connection was aborted.");
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _arrival.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        var delivery = _inbox.Dequeue();
        session.Read(delivery);
        return new SocketFrame(delivery.Kind, delivery.Bytes, WallClock.UnixNs(time), delivery.CloseCode,
            delivery.Kind == SocketFrameKind.Text ? null : delivery.Reason);
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (_fault is { } fault)
            throw new DeribitConnectionException(fault.Message, fault, fault.Fault);
        session.Receive(message);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SendCloseAsync(CancellationToken cancellationToken)
    {
        session.ClientSaidGoodbye();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Abort()
    {
        if (_gone)
            return;
        _gone = true;
        _inbox.Clear();
        _arrival?.TrySetResult();
        session.ClientGone();
    }

    /// <inheritdoc/>
    public void Dispose() => Abort();
}
