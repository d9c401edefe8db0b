using System.Net;
using System.Net.Sockets;

namespace MarketData.ClickHouse.Tests.Support;

/// <summary>Stands between the client and ClickHouse and passes bytes on; on demand it passes requests on but keeps the answers.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly Task _accepting;

    public FaultProxy(string target)
    {
        _target = new Uri(target);
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>While set, answers are read and thrown away.</summary>
    public bool SwallowsAnswers { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
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
            await far.ConnectAsync(_target.Host, _target.Port, _stop.Token);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var (there, back) = (near.GetStream(), far.GetStream());
            var first = await Task.WhenAny(PassAsync(there, back, false, either.Token), PassAsync(back, there, true, either.Token));
            await first;
            await either.CancelAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // Either end went away; so does the other.
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, bool isAnswer, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (!(isAnswer && SwallowsAnswers)) await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
