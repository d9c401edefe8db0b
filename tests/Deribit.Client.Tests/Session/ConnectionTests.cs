namespace Deribit.Client.Tests.Session;

[Trait("kind", "integration")]
public sealed class ConnectionTests
{
    [Fact]
    public async Task A_connection_sets_the_heartbeat_then_authenticates_then_subscribes()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange, options => options with { Credentials = new("id", "secret") });
        test.Client.Subscribe(["book.A.raw"]);
        await test.AcknowledgedAsync("book.A.raw");
        Assert.Equal(
            ["public/set_heartbeat", "public/auth", "public/subscribe"], exchange.Requests.All.Take(3).Select(request => request.Method));
        Assert.Equal(10, exchange.Requests.All[0].Params.GetProperty("interval").GetInt32());
        var connected = Assert.IsType<DeribitConnected>(test.Messages.All[0]);
        Assert.True(connected.Authenticated);
        Assert.True(connected.RawAllowed);
        Assert.Equal(1, connected.Generation);
        var status = test.Client.Status;
        Assert.True(status is { Connected: true, Authenticated: true, Generation: 1, ChannelsWanted: 1, ChannelsAcknowledged: 1 });
        Assert.Empty(status.Reasons);
    }

    [Fact]
    public async Task Data_reaches_the_reader_with_its_generation_and_receive_time()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        var before = DateTimeOffset.UnixEpoch.Ticks;
        await exchange.Connection(1).NotifyAsync("trades.A.100ms", "[1]");
        var message = await test.Messages.FirstAsync(one => one is Notification, "the notification");
        Assert.Contains("trades.A.100ms", ((Notification)message).Text, StringComparison.Ordinal);
        Assert.Equal(1, message.Generation);
        Assert.True(message.ReceivedAtUnixNs > before);
    }

    [Fact]
    public async Task Replies_out_of_order_reach_their_callers()
    {
        await using var exchange = new FakeExchange();
        var held = new List<FakeRequest>();
        exchange.OnRequest = async (connection, request) =>
        {
            if (!request.Method.StartsWith("public/echo", StringComparison.Ordinal))
            {
                return false;
            }

            held.Add(request);
            if (held.Count == 3)
            {
                foreach (var one in held.AsEnumerable().Reverse())
                {
                    await connection.ReplyAsync(one, $"\"{one.Method}\"");
                }
            }

            return true;
        };
        await using var test = new ClientUnderTest(exchange);
        var token = TestContext.Current.CancellationToken;
        var calls = new[] { "public/echo1", "public/echo2", "public/echo3" }
            .Select(method => (method, call: test.Client.CallAsync(method, null, token))).ToList();
        foreach (var (method, call) in calls)
        {
            Assert.Equal($"\"{method}\"", System.Text.Encoding.UTF8.GetString((await call).Result.Span));
        }
    }

    [Fact]
    public async Task Time_and_test_are_answered()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        var token = TestContext.Current.CancellationToken;
        Assert.Equal(1790133842785, (await test.Client.GetTimeAsync(token)).ToUnixTimeMilliseconds());
        Assert.Equal("1.2.26", await test.Client.TestAsync(token));
    }

    [Fact]
    public async Task An_error_reply_becomes_an_rpc_exception()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        var exception = await Assert.ThrowsAsync<DeribitRpcException>(
            () => test.Client.CallAsync("public/nonsense", null, TestContext.Current.CancellationToken));
        Assert.Equal((-32601, "public/nonsense"), (exception.Code, exception.Method));
    }

    [Fact]
    public async Task A_lost_connection_fails_the_calls_in_flight()
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = (connection, request) =>
        {
            if (request.Method == "public/hang")
            {
                connection.Cut();
            }

            return Task.FromResult(request.Method == "public/hang");
        };
        await using var test = new ClientUnderTest(exchange);
        var exception = await Assert.ThrowsAsync<DeribitConnectionException>(
            () => test.Client.CallAsync("public/hang", null, TestContext.Current.CancellationToken));
        Assert.Equal(DeribitConnectionFault.Lost, exception.Fault);
    }

    [Fact]
    public async Task A_call_without_reply_times_out()
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = (_, request) => Task.FromResult(request.Method == "public/hang");
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        var exception = await Assert.ThrowsAsync<DeribitConnectionException>(() => test.Client.CallAsync(
            "public/hang", null, TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken));
        Assert.Equal(DeribitConnectionFault.RequestTimeout, exception.Fault);
        Assert.True(test.Client.Status.Connected);
    }

    [Fact]
    public async Task Stopping_ends_the_stream_with_a_disconnected_item()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        await test.StopAsync();
        var end = Assert.IsType<DeribitDisconnected>(await test.DisconnectedAsync());
        Assert.Equal(DeribitDisconnectReason.Stopped, end.Reason);
        Assert.False(await test.Client.WaitToReadAsync(TestContext.Current.CancellationToken));
    }
}
