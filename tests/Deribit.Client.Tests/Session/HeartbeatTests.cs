namespace Deribit.Client.Tests.Session;

[Trait("kind", "integration")]
public sealed class HeartbeatTests
{
    private const string TestRequest = """{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""";

    [Fact]
    public async Task A_test_request_is_answered_while_the_reader_is_stalled_and_the_processor_is_busy()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange, reads: false);
        await test.Client.TestAsync(TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var spinners = Enumerable.Range(0, Environment.ProcessorCount * 2).Select(_ => new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
            }
        })
        { IsBackground = true }).ToList();
        spinners.ForEach(thread => thread.Start());
        try
        {
            for (var i = 0; i < 2_000; i++)
            {
                await exchange.Connection(1).NotifyAsync("a", $"{i}");
            }

            var before = exchange.Requests.All.Count(request => request.Id == 0);
            var sent = TimeProvider.System.GetTimestamp();
            await exchange.Connection(1).SendAsync(TestRequest);
            await exchange.Requests.UntilAsync(
                all => all.Count(request => request is { Id: 0, Method: "public/test" }) > before, "the answer");
            var took = TimeProvider.System.GetElapsedTime(sent);
            Assert.True(took < TimeSpan.FromSeconds(1), $"The answer took {took}.");
        }
        finally
        {
            await stop.CancelAsync();
            spinners.ForEach(thread => thread.Join());
        }

        Assert.True(test.Client.Status.QueuedFrames >= 2_000);
        var reading = test.ReadAsync();
        await test.Messages.UntilAsync(all => all.OfType<Notification>().Count() == 2_000, "every stalled frame");
        await test.StopAsync();
        await reading;
    }

    [Trait("row", "33")]
    [Fact]
    public async Task A_queue_that_is_half_full_raises_an_alarm_and_a_full_one_loses_nothing()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange, options => options with { QueueMaxFrames = 100 }, reads: false);
        await test.Client.TestAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 1_000; i++)
        {
            await exchange.Connection(1).NotifyAsync("a", $"{i}");
        }

        while (test.Client.Status.QueuedFrames < 100)
        {
            await Task.Yield();
        }

        var status = test.Client.Status;
        Assert.True(status.QueueAlarm);
        Assert.Contains(status.Reasons, reason => reason.StartsWith("reader_slow: ", StringComparison.Ordinal));
        Assert.Contains(test.Log, line => line.StartsWith("2030 Warning", StringComparison.Ordinal));
        var reading = test.ReadAsync();
        var all = await test.Messages.UntilAsync(messages => messages.OfType<Notification>().Count() == 1_000, "every frame");
        Assert.Equal(Enumerable.Range(0, 1_000), all.OfType<Notification>().Select(Number));
        Assert.False(test.Client.Status.QueueAlarm);
        await test.StopAsync();
        await reading;
    }

    [Fact]
    public async Task The_queue_is_bounded_by_bytes_too()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange, options => options with { QueueMaxBytes = 256 * 1024 }, reads: false);
        await test.Client.TestAsync(TestContext.Current.CancellationToken);
        var padding = new string(' ', 10_000);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                await exchange.Connection(1).NotifyAsync("a", $"{i}{padding}");
            }
        }, TestContext.Current.CancellationToken);
        while (test.Client.Status.QueuedBytes < 200 * 1024)
        {
            await Task.Yield();
        }

        // With the one frame that waits for room.
        Assert.InRange(test.Client.Status.QueuedBytes, 0, (256 * 1024) + padding.Length + 1_000);
        var reading = test.ReadAsync();
        var all = await test.Messages.UntilAsync(messages => messages.OfType<Notification>().Count() == 500, "every frame");
        Assert.Equal(Enumerable.Range(0, 500), all.OfType<Notification>().Select(Number));
        await sending;
        await test.StopAsync();
        await reading;
    }

    [Fact]
    public async Task Stopping_ends_even_while_the_queue_is_full_and_nobody_reads()
    {
        await using var exchange = new FakeExchange();
        await using var test = new ClientUnderTest(exchange, options => options with { QueueMaxFrames = 16 }, reads: false);
        await test.Client.TestAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++)
        {
            await exchange.Connection(1).NotifyAsync("a", $"{i}");
        }

        await test.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static int Number(Notification message)
    {
        using var json = System.Text.Json.JsonDocument.Parse(message.Text);
        return json.RootElement.GetProperty("params").GetProperty("data").GetInt32();
    }
}
