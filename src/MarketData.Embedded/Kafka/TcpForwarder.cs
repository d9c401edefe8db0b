using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace MarketData.Embedded.Kafka;

/// <summary>
/// A loopback port that stands for another one, which chose itself. Comes in: TCP connections. Goes out: the same bytes in both directions,
/// and each side's end of sending, after which the other direction goes on; a side that breaks off is broken off on the other, too. Owns: the
/// listening socket, and two sockets and a task for each connection. Runs on: the thread pool.
/// </summary>
internal sealed class TcpForwarder : IAsyncDisposable
{
    private const int BufferBytes = 32 * 1024;
    private const int Backlog = 512;

    // When the process is out of handles, accepting fails at once, again and again.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private TcpForwarder(Socket listener, IPEndPoint target)
    {
        (_listener, _target) = (listener, target);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _running = Task.Run(RunAsync);
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Opens the port.</summary>
    /// <param name="port">The port on 127.0.0.1; 0: any free one.</param>
    /// <param name="target">Where every connection goes.</param>
    /// <exception cref="SocketException">The port cannot be opened.</exception>
    public static TcpForwarder Start(int port, IPEndPoint target)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen(Backlog);
            return new TcpForwarder(listener, target);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Closes the port and breaks every connection off; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_running.IsCompleted)
            return;
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var connections = new List<Task>();
        using (_listener)
        {
            while (await AcceptAsync() is { } client)
            {
                connections.RemoveAll(connection => connection.IsCompletedSuccessfully);
                connections.Add(ForwardAsync(client));
            }
        }

        await Task.WhenAll(connections);
    }

    private async Task<Socket?> AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                return await _listener.AcceptAsync(_stop.Token);
            }
            catch (SocketException)
            {
                await Task.Delay(PauseAfterFailure, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        return null;
    }

    private async Task ForwardAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            (client.NoDelay, server.NoDelay) = (true, true);
            await server.ConnectAsync(_target, broken.Token);
            await Task.WhenAll(PumpAsync(client, server, broken), PumpAsync(server, client, broken));
            client.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Reset, not closed in order: nobody is to take it for the end of what was sent.
            client.Close(0);
            server.Close(0);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, CancellationTokenSource broken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await from.ReceiveAsync(buffer, broken.Token) is > 0 and var received)
            {
                for (var sent = 0; sent < received;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, received - sent), broken.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            await broken.CancelAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
