using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Deribit.Client.Tests.Session;

/// <summary>A scripted exchange on a real loopback socket; the handshake is done by hand so that every byte can be chosen.</summary>
internal sealed class FakeExchange : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly ConcurrentBag<FakeConnection> _connections = [];
    private readonly Task _accepting;
    private readonly X509Certificate2? _certificate;
    private int _count;

    public FakeExchange(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Endpoint => new($"{(_certificate is null ? "ws" : "wss")}://localhost:" +
        $"{((IPEndPoint)_listener.LocalEndpoint).Port}/ws/api/v2");

    /// <summary>The HTTP status of the n-th connection's upgrade, from 1; 101 opens it.</summary>
    public Func<int, int> Upgrade { get; set; } = _ => 101;

    /// <summary>Called for every request before the usual answer; true means it was dealt with.</summary>
    public Func<FakeConnection, FakeRequest, Task<bool>> OnRequest { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Called when a connection is open, before anything is read.</summary>
    public Func<FakeConnection, Task> OnOpen { get; set; } = _ => Task.CompletedTask;

    /// <summary>Everything that clients sent, in order of arrival.</summary>
    public Watched<FakeRequest> Requests { get; } = new();

    /// <summary>Connection attempts seen.</summary>
    public int Attempts => Volatile.Read(ref _count);

    public FakeConnection Connection(long number) => _connections.Single(connection => connection.Number == number);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        foreach (var connection in _connections)
        {
            connection.Cut();
        }

        await _accepting;
        await Task.WhenAll(_tasks);
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                _tasks.Add(ServeAsync(client, Interlocked.Increment(ref _count)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            if (_certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(_certificate);
                stream = tls;
            }

            var headers = await ReadHeadersAsync(stream);
            var status = Upgrade(number);
            if (status != 101)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), _stop.Token);
                return;
            }

            var key = headers.Split("\r\n")
                .Single(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))[18..].Trim();
#pragma warning disable CA5350 // The WebSocket handshake is defined with SHA-1.
            var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Accept: {accept}\r\n\r\n"), _stop.Token);
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            var connection = new FakeConnection(number, client, stream, socket, _stop.Token);
            _connections.Add(connection);
            await OnOpen(connection);
            await connection.ServeAsync(this);
        }
        catch (Exception exception) when (exception is IOException or WebSocketException or OperationCanceledException
            or ObjectDisposedException or System.Security.Authentication.AuthenticationException or InvalidOperationException)
        {
        }
    }

    private async Task<string> ReadHeadersAsync(Stream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                throw new IOException("The client left during the handshake.");
            }

            text.Append((char)one[0]);
        }

        return text.ToString();
    }
}
