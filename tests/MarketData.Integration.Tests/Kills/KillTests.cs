using Deribit.Simulator;

using MarketData.Integration.Tests.Rigs;

using StackExchange.Redis;

namespace MarketData.Integration.Tests.Kills;

/// <summary>
/// The acceptance test of the whole: everything that the collectors depend on dies once, for 10 s each within a minute with
/// <c>MARKETDATA_LONG_TESTS=1</c>, else for 4 s each within less.
/// </summary>
[Trait("kind", "integration")]
public sealed class KillTests
{
    private const int Instruments = 200;
    private static readonly double Pace = Environment.GetEnvironmentVariable("MARKETDATA_LONG_TESTS") == "1" ? 1 : 0.4;
    private static readonly TimeSpan KillLasts = TimeSpan.FromSeconds(10 * Pace);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Collectors = ["orderbooks", "trades", "tickers"];

    [Fact]
    public async Task Simulator_Redis_and_Kafka_killed_in_turn_end_with_all_books_live_and_right_and_every_event_counted()
    {
        var options = new SimulatorOptions { Instruments = Instruments, FramesPerSecond = 1_000, KeepHistory = true };
        await using var rig = await Rig.StartAsync(options);
        await using var health = await HealthEndpoint.StartAsync(rig.Collectors);
        await UntilReadyAsync(health);
        var started = TimeProvider.System.GetTimestamp();

        // The market goes on while nobody can hear it, so that trades really are missed.
        await AtAsync(started, 5);
        await rig.Simulator.StopListeningAsync();
        await SaysWhyAsync(health, "exchange_disconnected:");
        await rig.Simulator.ResumeAsync(TestContext.Current.CancellationToken);
        await UntilReadyAsync(health);
        Assert.Equal(Instruments, rig.OrderBooks.ExchangeStatus.BooksLive);

        await AtAsync(started, 22);
        await rig.Redis.StopAsync();
        await SaysWhyAsync(health, "redis_unreachable:");
        await rig.Redis.RestartAsync(TestContext.Current.CancellationToken);
        await UntilReadyAsync(health);

        await AtAsync(started, 40);
        rig.Kafka.Down();
        await SaysWhyAsync(health, "kafka_unreachable:");
        rig.Kafka.Up();
        await UntilReadyAsync(health);

        await AtAsync(started, 60);
        Assert.Equal(Instruments, rig.OrderBooks.ExchangeStatus.BooksLive);
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(rig.Redis.Address))
            await Truth.AssertRedisBooksAsync(rig, redis.GetDatabase());
        Assert.True(await rig.StopAsync());
        var lanes = rig.Collectors.All.SelectMany(collector => collector.Pipeline.Lanes).ToList();
        Assert.Equal(6, lanes.Count);
        Assert.All(lanes, lane => Assert.Equal((0, 0), (lane.Counters.Queued, lane.Counters.Rejected)));

        await Truth.UntilAllReadAsync(rig);
        Assert.Equal(Instruments, Truth.AssertBooks(rig).Count);
        Assert.True(rig.Topics.OrderBooks.Count > 10_000 * Pace, $"only {rig.Topics.OrderBooks.Count} book events");
        Assert.Equal(0, Truth.AssertTrades(rig));
        Assert.True(rig.Topics.Trades.Any(trade => trade.Text("source") == "backfill"), "no trade was missed while the simulator was away");
    }

    // A moment of the whole minute; what took longer than planned shifts the rest.
    private static async Task AtAsync(long started, double seconds)
    {
        var left = TimeSpan.FromSeconds(seconds * Pace) - TimeProvider.System.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    // For as long as the kill lasts: every collector names the reason, and once it does, none is ready before the kill ends.
    private static async Task SaysWhyAsync(HealthEndpoint health, string code)
    {
        var killed = TimeProvider.System.GetTimestamp();
        var said = new HashSet<string>();
        while (said.Count < Collectors.Length || TimeProvider.System.GetElapsedTime(killed) < KillLasts)
        {
            var (_, reasons) = await health.AskAsync();
            foreach (var collector in Collectors)
            {
                if (reasons.Any(reason => reason.StartsWith($"{collector} {code}", StringComparison.Ordinal)))
                    said.Add(collector);
                else if (said.Contains(collector))
                    Assert.Fail($"{collector} does not say {code} any more although the kill lasts: {string.Join("; ", reasons)}");
            }

            if (TimeProvider.System.GetElapsedTime(killed) > TimeSpan.FromSeconds(60))
                Assert.Fail($"Within 60 s only {string.Join(", ", said)} said {code}: {string.Join("; ", reasons)}");
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static async Task UntilReadyAsync(HealthEndpoint health)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var (ready, reasons) = await health.AskAsync(); !ready; (ready, reasons) = await health.AskAsync())
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(90))
                Assert.Fail($"Not ready again within 90 s: {string.Join("; ", reasons)}");
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
