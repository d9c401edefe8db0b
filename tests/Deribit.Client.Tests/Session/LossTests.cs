namespace Deribit.Client.Tests.Session;

[Trait("kind", "integration")]
public sealed class LossTests
{
    [Theory]
    [InlineData(4000, "heartbeat close")]
    [InlineData(1012, "service restart")]
    public async Task A_close_frame_leads_to_a_new_connection_with_everything_subscribed(int code, string reason)
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        test.Client.Subscribe(["a"]);
        await test.AcknowledgedAsync("a");
        await exchange.Connection(1).CloseAsync(code, reason);
        var end = (DeribitDisconnected)await test.DisconnectedAsync();
        Assert.Equal((DeribitDisconnectReason.ClosedByServer, code), (end.Reason, end.CloseCode));
        Assert.Contains(reason, end.Detail, StringComparison.Ordinal);
        await test.Messages.FirstAsync(message => message is DeribitChannelsAcknowledged { Generation: 2 }, "the second acknowledgement");
    }

    [Fact]
    public async Task A_cut_without_close_frame_is_1006_and_frames_before_it_come_first()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        for (var i = 0; i < 100; i++)
        {
            await exchange.Connection(1).NotifyAsync("a", $"{i}");
        }

        await test.Messages.UntilAsync(all => all.OfType<Notification>().Any(), "the first frame");
        exchange.Connection(1).Cut();
        var end = (DeribitDisconnected)await test.DisconnectedAsync();
        Assert.Equal((DeribitDisconnectReason.Lost, 1006), (end.Reason, end.CloseCode));
        await test.ConnectedAsync(2);
        await exchange.Connection(2).NotifyAsync("a", "true");
        await test.Messages.FirstAsync(message => message is Notification { Generation: 2 }, "a frame of the second connection");
        var generations = test.Messages.All.Select(message => message.Generation).ToList();
        Assert.Equal(generations.Order(), generations);
        var all = test.Messages.All.ToList();
        Assert.True(all.FindLastIndex(message => message.Generation == 1) == all.IndexOf(end));
    }

    [Fact]
    public async Task A_half_open_connection_is_found_by_the_keep_alive()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange, options => options with
        {
            KeepAliveInterval = TimeSpan.FromMilliseconds(300),
            KeepAliveTimeout = TimeSpan.FromMilliseconds(300),
        });
        await test.ConnectedAsync();
        var deaf = new TaskCompletionSource();
        exchange.Connection(1).Deaf = deaf;

        // One more request lets the exchange's loop reach its deaf state.
        await Assert.ThrowsAnyAsync<DeribitConnectionException>(async () =>
        {
            await test.Client.TestAsync(TestContext.Current.CancellationToken);
            await test.Client.TestAsync(TestContext.Current.CancellationToken);
        });
        var end = (DeribitDisconnected)await test.DisconnectedAsync();
        Assert.Equal(DeribitDisconnectReason.HalfOpen, end.Reason);
        await test.ConnectedAsync(2);
        deaf.SetResult();
    }

    [Fact]
    public async Task A_silent_connection_is_probed_and_kept_while_the_probe_is_answered()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange, options => options with { SilenceLimit = TimeSpan.FromMilliseconds(100) });
        await exchange.Requests.UntilAsync(all => all.Count(request => request.Method == "public/test") >= 3, "three probes");
        Assert.Equal(1, exchange.Attempts);
        Assert.True(test.Client.Status.Connected);
    }

    [Fact]
    public async Task A_silent_connection_is_dropped_when_the_probe_goes_unanswered()
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = (_, request) => Task.FromResult(request is { Method: "public/test", Connection: 1 });
        await using var test = new ClientUnderTest(exchange, options => options with
        {
            SilenceLimit = TimeSpan.FromMilliseconds(100),
            ProbeTimeout = TimeSpan.FromMilliseconds(100),
        });
        var end = (DeribitDisconnected)await test.DisconnectedAsync();
        Assert.Equal(DeribitDisconnectReason.Silent, end.Reason);
        await test.ConnectedAsync(2);
    }

    [Fact]
    public async Task Flapping_opens_the_circuit_and_a_probe_that_holds_closes_it()
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = (connection, request) =>
        {
            var flap = request.Method == "public/set_heartbeat" && request.Connection <= 5;
            if (flap)
            {
                connection.Cut();
            }

            return Task.FromResult(flap);
        };
        await using var test = new ClientUnderTest(exchange, options => options with
        {
            BackoffBase = TimeSpan.FromMilliseconds(1),
            CircuitThreshold = 5,
            CircuitOpenFor = TimeSpan.FromSeconds(1),
            StableAfter = TimeSpan.FromSeconds(1),
        });
        await exchange.Requests.UntilAsync(all => all.Count == 5, "five flaps");
        while (test.Client.Status.Backoff != DeribitBackoffState.CircuitOpen)
        {
            await Task.Yield();
        }

        Assert.Contains(test.Client.Status.Reasons, reason => reason.StartsWith("circuit_open: ", StringComparison.Ordinal));
        await test.Messages.FirstAsync(message => message is DeribitConnected, "the probe");
        Assert.Equal(DeribitBackoffState.HalfOpen, test.Client.Status.Backoff);
        while (test.Client.Status.Backoff != DeribitBackoffState.Stable)
        {
            await Task.Yield();
        }

        Assert.Equal((6, 0), (exchange.Attempts, test.Client.Status.Failures));
    }

    [Fact]
    public async Task Reconnect_drops_the_connection_and_opens_a_new_one()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        test.Client.Reconnect("the book would not heal");
        var end = (DeribitDisconnected)await test.DisconnectedAsync();
        Assert.Equal((DeribitDisconnectReason.Requested, "the book would not heal"), (end.Reason, end.Detail));
        await test.ConnectedAsync(2);
    }

    [Fact]
    public async Task Maintenance_ends_the_connection_and_holds_the_next_one_back()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(
            exchange, options => options with { MaintenanceBackoff = TimeSpan.FromMilliseconds(800) });
        await test.ConnectedAsync();
        var before = TimeProvider.System.GetTimestamp();
        await exchange.Connection(1).SendAsync("""{"jsonrpc":"2.0","error":{"message":"system_maintenance","code":11051}}""");
        var end = (DeribitDisconnected)await test.DisconnectedAsync();
        Assert.Equal(DeribitDisconnectReason.Maintenance, end.Reason);
        Assert.True(test.Client.Status.Maintenance);
        await test.ConnectedAsync(2);
        Assert.True(TimeProvider.System.GetElapsedTime(before) >= TimeSpan.FromMilliseconds(800));
        Assert.False(test.Client.Status.Maintenance);
    }

    [Fact]
    public async Task A_maintenance_notice_on_platform_state_shows_in_the_status_and_reaches_the_reader()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        await test.ConnectedAsync();
        await exchange.Connection(1).NotifyAsync("platform_state", """{"maintenance":true}""");
        await test.Messages.FirstAsync(message => message is Notification, "the notice");
        Assert.True(test.Client.Status.Maintenance);
    }
}
