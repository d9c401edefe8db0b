using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MarketData.Redis.Tests.Support;

/// <summary>A network between a client and a server on this machine that can be slow, hold data back, and break.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly ConcurrentDictionary<Pair, bool> _pairs = new();
    private readonly int _serverPort;
    private volatile TaskCompletionSource? _held;

    public TcpProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _tasks.Add(AcceptAsync());
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long every chunk waits on each way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Bytes that were held back on their way to the server.</summary>
    public int HeldBytes { get; private set; }

    /// <summary>
    /// Bytes of connections that exist now stop short of the server until <see cref="ReleaseAsync"/>; new connections pass.
    /// </summary>
    public void HoldExisting()
    {
        _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var pair in _pairs.Keys)
            pair.Gate = _held.Task;
    }

    /// <summary>Cuts the client's side of the held connections; the server does not notice, and what is held still waits for it.</summary>
    public void CutClientSideOfHeld()
    {
        foreach (var pair in _pairs.Keys.Where(static pair => pair.Gate is not null))
            pair.Client.Close();
    }

    /// <summary>Lets what is held go on to the server, as far as the server still listens.</summary>
    public async Task ReleaseAsync()
    {
        var gone = _pairs.Keys.Where(static pair => pair.Gate is not null).Select(static pair => pair.Forwarding).ToArray();
        _held?.SetResult();
        await Task.WhenAll(gone);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _held?.TrySetResult();
        _listener.Stop();
        foreach (var pair in _pairs.Keys)
            pair.Dispose();
        await Task.WhenAll(_tasks);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var pair = new Pair(await _listener.AcceptTcpClientAsync(_stop.Token));
                await pair.Server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
                _pairs.TryAdd(pair, true);
                pair.Forwarding = ForwardAsync(pair);
                _tasks.Add(pair.Forwarding);
                _tasks.Add(BackwardAsync(pair));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task ForwardAsync(Pair pair)
    {
        var held = new MemoryStream();
        await PumpAsync(pair.Client, async chunk =>
        {
            if (pair.Gate is { IsCompleted: false })
            {
                held.Write(chunk.Span);
                HeldBytes += chunk.Length;
                return;
            }

            await pair.Server.GetStream().WriteAsync(chunk, _stop.Token);
        });
        if (pair.Gate is { } gate)
        {
            await gate;
            try
            {
                await pair.Server.GetStream().WriteAsync(held.ToArray(), _stop.Token);
                pair.Server.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception exception) when (IsEndOfConnection(exception))
            {
                // The server ended the connection, and with it what was held.
            }
        }
        else
        {
            pair.Dispose();
        }
    }

    private Task BackwardAsync(Pair pair) =>
        PumpAsync(pair.Server, async chunk => await pair.Client.GetStream().WriteAsync(chunk, _stop.Token));

    private async Task PumpAsync(TcpClient from, Func<ReadOnlyMemory<byte>, Task> write)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                if (Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, TimeProvider.System, _stop.Token);
                await write(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            // One side is gone; the caller decides about the other.
        }
    }

    private static bool IsEndOfConnection(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException;

    private sealed class Pair(TcpClient client) : IDisposable
    {
        public TcpClient Client { get; } = client;

        public TcpClient Server { get; } = new();

        public Task? Gate { get; set; }

        public Task Forwarding { get; set; } = Task.CompletedTask;

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
