using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TestRigs;

/// <summary>
/// Stands between a client and ClickHouse and passes bytes on. On demand it cuts every connection, or passes inserts on and keeps their
/// answers to itself.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private static readonly byte[] _insert = Encoding.ASCII.GetBytes("insert_deduplication_token=");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly Task _accepting;
    private CancellationTokenSource _up = new();
    private int _inserts;

    public FaultProxy(string target)
    {
        _target = new Uri(target);
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>Inserts that were passed on.</summary>
    public int Inserts => Volatile.Read(ref _inserts);

    /// <summary>While set, ClickHouse gets inserts, and nobody hears of their end.</summary>
    public bool SwallowAnswersToInserts { get; set; }

    /// <summary>Cuts every connection, now and until <see cref="Up"/>.</summary>
    public Task DownAsync() => _up.CancelAsync();

    /// <summary>Takes connections again.</summary>
    public void Up() => _up = new CancellationTokenSource();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
        _up.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
                running.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _up.Token);
            await far.ConnectAsync(_target.Host, _target.Port, either.Token);
            var connection = new Connection(near.GetStream(), far.GetStream());
            var both = new[] { AskAsync(connection, either.Token), AnswerAsync(connection, either.Token) };
            await Task.WhenAny(both);
            await either.CancelAsync();
            await Task.WhenAll(both);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // Either end went away; so does the other.
        }
    }

    private async Task AskAsync(Connection connection, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await connection.Near.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            // A client asks only after its last answer, so a request is at the beginning of what is read.
            var bytes = buffer.AsMemory(0, count);
            if (bytes.Span.StartsWith("POST "u8))
            {
                connection.IsInsert = bytes.Span.IndexOf(_insert) >= 0;
                if (connection.IsInsert) Interlocked.Increment(ref _inserts);
            }
            await connection.Far.WriteAsync(bytes, cancellationToken);
        }
    }

    private async Task AnswerAsync(Connection connection, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await connection.Far.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (!(connection.IsInsert && SwallowAnswersToInserts)) await connection.Near.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    private sealed class Connection(NetworkStream near, NetworkStream far)
    {
        public NetworkStream Near => near;

        public NetworkStream Far => far;

        public volatile bool IsInsert;
    }
}
