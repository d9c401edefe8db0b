using System.Threading.Channels;
using Deribit.Client.Transport;

namespace Deribit.Client.Session;

/// <summary>
/// Everything that one connection sends. Comes in: requests, from any thread, and urgent answers from the read loop. Goes out: one message
/// at a time, the urgent ones first. Owns: both queues, bounded; a full one refuses. Runs on: its own loop, so the read loop never waits
/// for a send.
/// </summary>
internal sealed class SendQueue(IDeribitSocket socket, TimeSpan sendTimeout, TimeProvider timeProvider)
{
    private const int OrdinaryPlaces = 4_096;
    private const int UrgentPlaces = 64;

    private readonly AsyncSignal _filled = new();
    private readonly Channel<ReadOnlyMemory<byte>> _ordinary = Bounded(OrdinaryPlaces);
    private readonly Channel<ReadOnlyMemory<byte>> _urgent = Bounded(UrgentPlaces);

    /// <summary>Queues a message; false when the queue is full.</summary>
    public bool TryEnqueue(ReadOnlyMemory<byte> message, bool urgent = false)
    {
        if (!(urgent ? _urgent : _ordinary).Writer.TryWrite(message))
        {
            return false;
        }

        _filled.Set();
        return true;
    }

    /// <summary>Sends until cancelled.</summary>
    /// <exception cref="DeribitConnectionException">A send failed or took too long.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _filled.WaitAsync(cancellationToken).ConfigureAwait(false);
            while (_urgent.Reader.TryRead(out var message) || _ordinary.Reader.TryRead(out message))
            {
                await SendAsync(message, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Channel<ReadOnlyMemory<byte>> Bounded(int places) => Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(places) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(sendTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await socket.SendAsync(message, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DeribitConnectionException(
                "The peer did not take a message in time: the connection is stuck.", exception, DeribitConnectionFault.HalfOpen);
        }
    }
}
