namespace Deribit.Client.Tests.Session;

[Trait("kind", "integration")]
public sealed class SubscriptionTests
{
    private static IEnumerable<FakeRequest> Subscribes(IEnumerable<FakeRequest> requests) =>
        requests.Where(request => request.Method == "public/subscribe");

    [Fact]
    public async Task Channels_missing_from_the_reply_are_retried_then_reported_as_unavailable()
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = async (connection, request) =>
        {
            if (request.Method != "public/subscribe")
            {
                return false;
            }

            await connection.ReplyAsync(request, FakeConnection.Names(request.Channels.Where(channel => channel != "bad")));
            return true;
        };
        await using var test = new ClientUnderTest(exchange, options => options with { SubscribeAttempts = 3 });
        test.Client.Subscribe(["good", "bad"]);
        await test.AcknowledgedAsync("good");
        var last = await test.Messages.FirstAsync(message => message is DeribitChannelsRefused { GivenUp: true }, "giving up");
        var refusals = test.Messages.All.OfType<DeribitChannelsRefused>().ToList();
        Assert.Equal([1, 2, 3], refusals.Select(refusal => refusal.Attempts));
        Assert.Equal([false, false, true], refusals.Select(refusal => refusal.GivenUp));
        Assert.All(refusals, refusal => Assert.Equal(["bad"], refusal.Channels));
        var status = test.Client.Status;
        Assert.Equal(["bad"], status.ChannelsUnavailable);
        Assert.Equal(1, status.ChannelsAcknowledged);
        Assert.Contains(status.Reasons, reason => reason.StartsWith("channels_unavailable: ", StringComparison.Ordinal));
        Assert.Equal(1, last.Generation);
    }

    [Fact]
    public async Task A_lost_subscribe_reply_is_asked_for_again_and_data_before_it_is_accepted()
    {
        await using var exchange = new FakeExchange();
        var lost = 0;
        exchange.OnRequest = async (connection, request) =>
        {
            if (request.Method != "public/subscribe" || Interlocked.Increment(ref lost) > 1)
            {
                return false;
            }

            await connection.NotifyAsync("book.A", "{}");
            return true;
        };
        await using var test = new ClientUnderTest(exchange, options => options with { RequestTimeout = TimeSpan.FromMilliseconds(500) });
        test.Client.Subscribe(["book.A"]);
        await test.AcknowledgedAsync("book.A");
        var kinds = test.Messages.All.Select(message => message.GetType()).ToList();
        Assert.True(kinds.IndexOf(typeof(Notification)) < kinds.IndexOf(typeof(DeribitChannelsAcknowledged)));
        Assert.Equal(1, test.Client.Status.Generation);
        Assert.True(Subscribes(exchange.Requests.All).Count() >= 2);
    }

    [Fact]
    public async Task Many_channels_go_in_calls_of_at_most_500_and_30_kB()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        var names = Enumerable.Range(0, 1_100).Select(i => $"book.BTC-25DEC26-{i}-C.100ms").ToArray();
        var wide = Enumerable.Range(0, 400).Select(i => $"book.{new string('W', 100)}-{i}.100ms").ToArray();
        test.Client.Subscribe([.. names, .. wide]);
        await test.AcknowledgedAsync([.. names, .. wide]);
        Assert.All(Subscribes(exchange.Requests.All), request => Assert.True(request.Channels.Count <= 500 && request.Bytes <= 30_000));
        Assert.Equal(1_500, Subscribes(exchange.Requests.All).Sum(request => request.Channels.Count));
    }

    [Theory]
    [InlineData(-32600, true)]
    [InlineData(11050, false)]
    public async Task A_call_that_the_exchange_cannot_read_is_halved_without_reconnecting(int code, bool withId)
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = async (connection, request) =>
        {
            if (request.Method != "public/subscribe" || request.Channels.Count <= 30)
            {
                return false;
            }

            if (withId)
            {
                await connection.ErrorAsync(request, code, "request entity too large");
            }
            else
            {
                await connection.SendAsync($$"""{"jsonrpc":"2.0","error":{"code":{{code}},"message":"bad_request"},"usIn":1}""");
            }

            return true;
        };
        await using var test = new ClientUnderTest(exchange);
        var names = Enumerable.Range(0, 100).Select(i => $"book.{i}").ToArray();
        test.Client.Subscribe(names);
        await test.AcknowledgedAsync(names);
        Assert.Equal([100, 50, 25, 25, 25, 25], Subscribes(exchange.Requests.All).Select(request => request.Channels.Count));
        Assert.Equal(1, exchange.Attempts);
        Assert.Equal(withId ? 0 : 2, test.Messages.All.OfType<DeribitUnusableFrame>().Count());
        Assert.True(withId || test.Log.Any(line => line.StartsWith("2001 ", StringComparison.Ordinal)
            && line.Contains("public/subscribe", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_channel_that_fails_a_whole_call_is_found_and_the_others_live()
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = async (connection, request) =>
        {
            if (request.Method != "public/subscribe" || !request.Channels.Contains("bad"))
            {
                return false;
            }

            await connection.ErrorAsync(request, -32602, "Invalid params");
            return true;
        };
        await using var test = new ClientUnderTest(exchange, options => options with { SubscribeAttempts = 1 });
        var names = Enumerable.Range(0, 20).Select(i => $"book.{i}").ToArray();
        test.Client.Subscribe([.. names[..10], "bad", .. names[10..]]);
        await test.AcknowledgedAsync(names);
        var refusal = (DeribitChannelsRefused)await test.Messages.FirstAsync(message => message is DeribitChannelsRefused, "the refusal");
        Assert.Equal(["bad"], refusal.Channels);
        Assert.True(refusal.GivenUp);
    }

    [Fact]
    public async Task Raw_denied_falls_back_to_100ms_and_says_so()
    {
        await using var exchange = new FakeExchange { OnRequest = DenyRawAsync };
        await using var test = new ClientUnderTest(exchange);
        test.Client.Subscribe(["book.A.raw", "platform_state"]);
        await test.AcknowledgedAsync("book.A.100ms", "platform_state");
        var status = test.Client.Status;
        Assert.True(status.RawDenied);
        Assert.Equal(2, status.ChannelsAcknowledged);
        Assert.Contains(status.Reasons, reason => reason.StartsWith("raw_denied: ", StringComparison.Ordinal));
        Assert.Contains(test.Log, line => line.StartsWith("2024 Warning", StringComparison.Ordinal));

        // The next keyless connection does not ask for raw again.
        test.Client.Reconnect("test");
        var connected = (DeribitConnected)await test.ConnectedAsync(2);
        Assert.False(connected.RawAllowed);
        await test.Messages.FirstAsync(message => message is DeribitChannelsAcknowledged { Generation: 2 }, "the second acknowledgement");
        Assert.DoesNotContain(exchange.Requests.All, request => request.Connection == 2 && request.Channels.Contains("book.A.raw"));
    }

    [Fact]
    public async Task Raw_denied_without_fall_back_refuses_only_the_raw_channels()
    {
        await using var exchange = new FakeExchange { OnRequest = DenyRawAsync };
        await using var test = new ClientUnderTest(exchange, options => options with { FallBackToPublicIntervals = false });
        test.Client.Subscribe(["book.A.raw", "platform_state"]);
        await test.AcknowledgedAsync("platform_state");
        var refusal = (DeribitChannelsRefused)await test.Messages.FirstAsync(message => message is DeribitChannelsRefused, "the refusal");
        Assert.Equal(["book.A.raw"], refusal.Channels);
        Assert.True(refusal.GivenUp);
        Assert.Equal(["book.A.raw"], test.Client.Status.ChannelsUnavailable);
    }

    [Fact]
    public async Task Unsubscribing_reaches_the_exchange_and_is_not_resubscribed_after_a_reconnect()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange);
        test.Client.Subscribe(["a", "b"]);
        await test.AcknowledgedAsync("a", "b");
        test.Client.Unsubscribe(["a"]);
        var request = await exchange.Requests.FirstAsync(one => one.Method == "public/unsubscribe", "the unsubscribe call");
        Assert.Equal(["a"], request.Channels);
        test.Client.Reconnect("test");
        await test.Messages.FirstAsync(message => message is DeribitChannelsAcknowledged { Generation: 2 }, "the second acknowledgement");
        Assert.Equal(["b"], Subscribes(exchange.Requests.All).Single(one => one.Connection == 2).Channels);
    }

    [Fact]
    public async Task Resubscribing_awaits_the_unsubscribe_reply_before_it_subscribes()
    {
        await using var exchange = new FakeExchange();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        exchange.OnRequest = (connection, request) =>
        {
            if (request.Method == "public/unsubscribe")
            {
                // Answered later, from outside the exchange's reading loop, which stays free to see an early subscribe.
                _ = gate.Task.ContinueWith(_ => connection.AnswerAsync(request), TaskScheduler.Default);
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };
        await using var test = new ClientUnderTest(exchange);
        test.Client.Subscribe(["a", "b"]);
        await test.AcknowledgedAsync("a", "b");
        var token = TestContext.Current.CancellationToken;
        var resubscribe = test.Client.ResubscribeAsync(["a", "unknown"], token);
        await exchange.Requests.FirstAsync(one => one.Method == "public/unsubscribe", "the unsubscribe call");

        // A whole call there and back: an early subscribe would have been seen by now.
        await test.Client.TestAsync(token);
        Assert.Single(Subscribes(exchange.Requests.All));
        gate.SetResult();
        Assert.Equal(["unknown"], await resubscribe);
        Assert.Equal(["a"], Subscribes(exchange.Requests.All).Last().Channels);
        Assert.Equal(2, test.Client.Status.ChannelsAcknowledged);
    }

    [Fact]
    public async Task Resubscribing_returns_what_was_not_acknowledged()
    {
        await using var exchange = new FakeExchange();
        var refuse = false;
        exchange.OnRequest = async (connection, request) =>
        {
            if (!refuse || request.Method != "public/subscribe")
            {
                return false;
            }

            await connection.ReplyAsync(request, FakeConnection.Names(request.Channels.Where(channel => channel != "b")));
            return true;
        };
        await using var test = new ClientUnderTest(exchange);
        test.Client.Subscribe(["a", "b"]);
        await test.AcknowledgedAsync("a", "b");
        refuse = true;
        Assert.Equal(["b"], await test.Client.ResubscribeAsync(["a", "b"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Resubscribing_fails_when_the_connection_drops_and_the_reconnect_subscribes_everything()
    {
        await using var exchange = new FakeExchange();
        exchange.OnRequest = (connection, request) =>
        {
            var cut = request is { Method: "public/unsubscribe", Connection: 1 };
            if (cut)
            {
                connection.Cut();
            }

            return Task.FromResult(cut);
        };
        await using var test = new ClientUnderTest(exchange);
        test.Client.Subscribe(["a", "b"]);
        await test.AcknowledgedAsync("a", "b");
        await Assert.ThrowsAsync<DeribitConnectionException>(
            () => test.Client.ResubscribeAsync(["a"], TestContext.Current.CancellationToken));
        await test.Messages.FirstAsync(message => message is DeribitChannelsAcknowledged { Generation: 2, Channels.Count: 2 },
            "everything again");
    }

    [Fact]
    public async Task Resubscribing_without_a_connection_fails_the_task_and_never_the_call()
    {
        // The caller that started it from a loop of its own would otherwise end that loop.
        await using var client = new DeribitClient(new DeribitClientOptions());
        var task = client.ResubscribeAsync(["a"], TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<DeribitConnectionException>(() => task);
    }

    [Fact]
    public async Task Too_many_requests_cools_down_every_client_that_shares_the_budget()
    {
        await using var exchange = new FakeExchange();
        var refused = 0;
        exchange.OnRequest = async (connection, request) =>
        {
            if (request.Method != "public/subscribe" || Interlocked.Exchange(ref refused, 1) == 1)
            {
                return false;
            }

            await connection.ErrorAsync(request, 10028, "too_many_requests");
            return true;
        };
        var budget = new DeribitCallBudget(1_000_000, 1_000_000, TimeSpan.FromSeconds(3));
        await using var one = new ClientUnderTest(exchange, budget: budget);
        await using var other = new ClientUnderTest(exchange, budget: budget);
        await one.ConnectedAsync();
        await other.ConnectedAsync();
        one.Client.Subscribe(["a"]);
        await exchange.Requests.FirstAsync(request => request.Method == "public/subscribe", "the refused call");
        while (budget.CoolDownLeft == TimeSpan.Zero && one.Client.Status.ChannelsAcknowledged == 0)
        {
            await Task.Yield();
        }

        Assert.Contains(other.Client.Status.Reasons, reason => reason.StartsWith("rate_limited: ", StringComparison.Ordinal));
        other.Client.Subscribe(["b"]);
        await one.AcknowledgedAsync("a");
        await other.AcknowledgedAsync("b");
        Assert.Equal(TimeSpan.Zero, budget.CoolDownLeft);
        Assert.Contains(one.Log, line => line.StartsWith("2003 ", StringComparison.Ordinal));
    }

    private static async Task<bool> DenyRawAsync(FakeConnection connection, FakeRequest request)
    {
        if (request.Method != "public/subscribe" || !request.Channels.Any(channel => channel.EndsWith(".raw", StringComparison.Ordinal)))
        {
            return false;
        }

        await connection.ErrorAsync(request, 13778, "raw_subscriptions_not_available_for_unauthorized");
        return true;
    }
}
