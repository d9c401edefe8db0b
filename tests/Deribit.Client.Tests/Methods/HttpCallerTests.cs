using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Deribit.Client.Tests.Methods;

[Trait("kind", "integration")]
public sealed class HttpCallerTests
{
    private const string Page = """{"jsonrpc":"2.0","result":{"trades":[],"has_more":false},"usIn":1,"usOut":2,"usDiff":1}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_is_a_get_with_its_parameters_in_the_query()
    {
        await using var server = new OneReply("200 OK", Page);
        using var caller = new DeribitHttpCaller(server.Address);
        var page = await caller.GetLastTradesByInstrumentAsync("BTC_USDC-PERPETUAL", 5, 9, 1000, "asc", Token);
        Assert.False(page.HasMore);
        Assert.NotEqual(0, page.ReceivedAtUnixNs);
        Assert.Equal(
            "GET /api/v2/public/get_last_trades_by_instrument?instrument_name=BTC_USDC-PERPETUAL&start_seq=5&end_seq=9&count=1000&sorting=asc"
            + " HTTP/1.1",
            await server.RequestLine);
    }

    [Fact]
    public async Task Error_of_the_api_is_an_rpc_fault()
    {
        await using var server = new OneReply("400 Bad Request", """{"jsonrpc":"2.0","error":{"code":13020,"message":"not_found"}}""");
        using var caller = new DeribitHttpCaller(server.Address);
        var fault = await Assert.ThrowsAsync<DeribitRpcException>(() => caller.CallAsync("public/test", null, Token));
        Assert.Equal((13020, false), (fault.Code, fault.IsTransient));
    }

    [Fact]
    public async Task Too_many_requests_hold_every_sharer_of_the_budget_back()
    {
        var budget = new DeribitCallBudget();
        await using var server = new OneReply(
            "429 Too Many Requests", """{"jsonrpc":"2.0","error":{"code":10028,"message":"too_many_requests"}}""");
        using var caller = new DeribitHttpCaller(server.Address, budget);
        Assert.True(budget.HasSpare);
        var fault = await Assert.ThrowsAsync<DeribitRpcException>(() => caller.CallAsync("public/test", null, Token));
        Assert.True(fault.IsTransient);
        Assert.True(budget.CoolDownLeft > TimeSpan.Zero);
        Assert.False(budget.HasSpare);
    }

    [Fact]
    public async Task Page_of_a_proxy_is_a_connection_fault()
    {
        await using var server = new OneReply("502 Bad Gateway", "<html>no</html>");
        using var caller = new DeribitHttpCaller(server.Address);
        var fault = await Assert.ThrowsAsync<DeribitConnectionException>(() => caller.CallAsync("public/test", null, Token));
        Assert.Equal(DeribitConnectionFault.CallRefused, fault.Fault);
        Assert.Contains("HTTP 502", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reply_that_is_none_is_a_protocol_fault()
    {
        await using var server = new OneReply("200 OK", "[]");
        using var caller = new DeribitHttpCaller(server.Address);
        await Assert.ThrowsAsync<DeribitProtocolException>(() => caller.CallAsync("public/test", null, Token));
    }

    [Fact]
    public async Task Nobody_there_is_a_connection_fault()
    {
        Uri address;
        await using (var server = new OneReply("200 OK", Page))
            address = server.Address;
        using var caller = new DeribitHttpCaller(address);
        var fault = await Assert.ThrowsAsync<DeribitConnectionException>(() => caller.CallAsync("public/test", null, Token));
        Assert.Equal(DeribitConnectionFault.Unreachable, fault.Fault);
    }

    [Fact]
    public async Task Silence_ends_with_the_timeout()
    {
        var time = new FakeTimeProvider();
        await using var server = new OneReply("", null);
        using var caller = new DeribitHttpCaller(server.Address, timeout: TimeSpan.FromSeconds(10), timeProvider: time);
        var call = caller.CallAsync("public/test", null, Token);
        await server.RequestLine;
        time.Advance(TimeSpan.FromSeconds(10));
        var fault = await Assert.ThrowsAsync<DeribitConnectionException>(() => call);
        Assert.Equal(DeribitConnectionFault.RequestTimeout, fault.Fault);
    }

    [Fact]
    public void Address_that_is_no_http_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => new DeribitHttpCaller(new Uri("wss://www.deribit.com/ws/api/v2")));

    /// <summary>Answers the first request with fixed bytes, or not at all.</summary>
    private sealed class OneReply : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource<string> _requestLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;

        public OneReply(string status, string? body)
        {
            _listener.Start();
            _serving = ServeAsync(status, body);
        }

        public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/api/v2");

        public Task<string> RequestLine => _requestLine.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task ServeAsync(string status, string? body)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            _requestLine.SetResult(await reader.ReadLineAsync(_stop.Token) ?? "");
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
            {
                // The headers do not matter.
            }

            if (body is null) await new TaskCompletionSource().Task.WaitAsync(_stop.Token);
            var reply = $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body!)}\r\nConnection: close\r\n\r\n{body}";
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(reply), _stop.Token);
            await client.Client.DisconnectAsync(reuseSocket: false, _stop.Token);
        }
    }
}
