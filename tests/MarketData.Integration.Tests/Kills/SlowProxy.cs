using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MarketData.Integration.Tests.Kills;

/// <summary>A network between a client and a server on this machine: it can be slow, and part the two while the server runs on.</summary>
internal sealed class SlowProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<(TcpClient Client, TcpClient Server), Task> _pairs = new();
    private readonly Task _accepting;
    private volatile bool _parted;

    public SlowProxy()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int ServerPort { get; set; }

    /// <summary>How long every chunk waits on each way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Cuts every connection, and each new one until <see cref="Join"/>; the server keeps what it has.</summary>
    public void Part()
    {
        _parted = true;
        foreach (var (client, server) in _pairs.Keys)
        {
            client.Dispose();
            server.Dispose();
        }
    }

    public void Join() => _parted = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Part();
        await _accepting;
        await Task.WhenAll(_pairs.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (_parted)
                {
                    client.Dispose();
                    continue;
                }

                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, ServerPort, _stop.Token);
                _pairs[(client, server)] = Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The end of the test, or a server that is away.
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                if (Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, TimeProvider.System, _stop.Token);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException
            or InvalidOperationException or OperationCanceledException)
        {
            // One side is gone, and with it the other.
        }

        from.Dispose();
        to.Dispose();
    }
}
