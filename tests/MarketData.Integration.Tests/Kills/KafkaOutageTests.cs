using Deribit.Simulator;

using MarketData.Collectors;
using MarketData.Integration.Tests.Rigs;
using MarketData.Kafka;

using StackExchange.Redis;

namespace MarketData.Integration.Tests.Kills;

/// <summary>Kafka that is slow, away for longer than there is room, or away from the start.</summary>
[Trait("kind", "integration")]
public sealed class KafkaOutageTests
{
    [Fact]
    public async Task Row44_Local_QueueFull_pauses_the_Kafka_lane_alone_without_a_busy_loop_and_loses_nothing()
    {
        const int ProducerQueue = 50;
        var options = new SimulatorOptions { Instruments = 20, FramesPerSecond = 1_000, KeepHistory = true };
        var tuning = new Dictionary<string, string> { ["kafka:producerqueuemessages"] = $"{ProducerQueue}" };
        await using var rig = await Rig.StartAsync(options, tuning: tuning);
        var (kafka, redis) = (Lane(rig.OrderBooks), rig.OrderBooks.Pipeline.Lanes.Single(lane => lane.Name == "redis"));

        // Fifty messages in a fifth of a second are a third of what the market makes.
        rig.Kafka.Rtt(TimeSpan.FromMilliseconds(200));
        await Until.TrueAsync(() => kafka.KafkaCounters.QueueFullPauses >= 10, () => $"{kafka.KafkaCounters.QueueFullPauses} pauses");

        // The other lane does not even notice.
        var (written, behind) = (redis.Counters.Acknowledged + redis.Counters.Conflated, kafka.Counters.Queued);
        await Until.TrueAsync(
            () => redis.Counters.Acknowledged + redis.Counters.Conflated > written + 500 && kafka.Counters.Queued > behind,
            () => $"Redis {redis.Counters.Acknowledged} acknowledged, Kafka {kafka.Counters.Queued} queued");
        Assert.Equal(Pipeline.LaneState.Ready, redis.Status.State);

        rig.Kafka.Rtt(TimeSpan.Zero);
        Assert.True(await rig.StopAsync());

        // Each pause lasts until half of the queue is through; a loop that asks again at once would pause as often as there are messages.
        var allowed = kafka.Counters.Acknowledged / (ProducerQueue / 2) * 2;
        Assert.InRange(kafka.KafkaCounters.QueueFullPauses, 10, allowed);
        await AssertCompleteAsync(rig);
    }

    [Fact]
    public async Task Kafka_away_for_longer_than_there_is_room_stops_the_intake_drops_nothing_and_the_holes_are_in_the_ledger()
    {
        var options = new SimulatorOptions { Instruments = 20, FramesPerSecond = 1_000, KeepHistory = true };
        var settings = new Dictionary<string, string> { ["kafka:queue_capacity"] = "100", ["kafka:spill:enabled"] = "false" };
        var tuning = new Dictionary<string, string> { ["kafka:producerqueuemessages"] = "100", ["kafka:fullgrace"] = "00:00:01" };
        await using var rig = await Rig.StartAsync(options, settings, tuning: tuning);
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync($"{rig.Redis.Address},syncTimeout=60000");
        var redis = multiplexer.GetDatabase();
        await Until.TrueAsync(() => redis.KeyExists("deribit.BTC-PERPETUAL:orderbook"), () => "the book is in Redis");

        rig.Kafka.Down();
        await Until.TrueAsync(() => Says(rig.OrderBooks, "kafka_queue_full:"), () => Reasons(rig.OrderBooks));
        var (events, made) = (rig.OrderBooks.Monitor.Events, rig.Simulator.Status.FramesSent);

        // Nobody keeps the books current now, so their keys must not promise it.
        await Until.TrueAsync(
            () => rig.Simulator.Market.InstrumentNames.All(name => !redis.KeyExists($"deribit.{name}:orderbook")),
            () => "the books of a stopped intake stay in Redis as if they were current");

        // Meanwhile the exchange goes away, too: what it sends then, nobody can have.
        await rig.Simulator.StopListeningAsync();
        await Until.TrueAsync(() => rig.Simulator.Status.Connections.Count == 0, () => "the connections end");
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        await rig.Simulator.ResumeAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => rig.Simulator.Status.Connections.Count == 3, () => "the collectors reconnect");
        await Until.TrueAsync(() => rig.Simulator.Status.FramesSent > made + 1_000, () => "the exchange sends on");
        Assert.True(Says(rig.OrderBooks, "kafka_queue_full:"), Reasons(rig.OrderBooks));
        Assert.Equal(events, rig.OrderBooks.Monitor.Events);

        rig.Kafka.Up();
        await rig.UntilReadyAsync();

        // Whatever was traded meanwhile, the exchange still tells of it: of each instrument, once its interval is closed.
        await Until.TrueAsync(
            () => rig.Simulator.Market.InstrumentNames.All(name => IsWhole(rig, $"deribit.{name}"))
                && rig.Trades.ExchangeStatus.Trades is { Fetched: > 0, Missing: 0, OpenHoles: 0 },
            () => $"the trades of the outage are fetched: {rig.Trades.ExchangeStatus.Trades}");
        await Truth.AssertRedisBooksAsync(rig, redis);
        Assert.True(await rig.StopAsync());
        Assert.Equal(0, await AssertCompleteAsync(rig));
        Assert.Contains(rig.Topics.Trades, record => record.Text("source") == "backfill");
        Assert.Contains(rig.Topics.Integrity, record => record.Text("kind") == "backfilled");
        Assert.Equal(
            rig.Simulator.Market.InstrumentNames.Select(name => "deribit." + name).Order(),
            rig.Topics.Integrity.Where(record => record.Text("channel") == "orderbook" && record.Text("kind") == "resynced")
                .Select(record => record.Key).Distinct().Order());
    }

    [Fact]
    public async Task Kafka_and_Redis_away_at_the_start_are_named_waited_for_and_get_everything_from_the_first_event_on()
    {
        var options = new SimulatorOptions { Instruments = 20, FramesPerSecond = 400, KeepHistory = true };
        await using var rig = await Rig.StartAsync(options, waitUntilReady: false, before: async rig =>
        {
            await rig.Topics.Assigned;
            rig.Kafka.Down();
            await rig.Redis.StopAsync();
        });

        foreach (var collector in rig.Collectors.All)
        {
            await Until.TrueAsync(
                () => Says(collector, "kafka_unreachable:") && Says(collector, "redis_unreachable:")
                    && collector.Phase == CollectorPhase.Running,
                () => $"{collector.Name} is {collector.Phase} and says {Reasons(collector)}");
        }

        await Until.TrueAsync(() => rig.OrderBooks.ExchangeStatus.BooksLive == 20, () => Reasons(rig.OrderBooks));
        await Until.TrueAsync(() => rig.OrderBooks.Monitor.Events > 500, () => "the intake goes on");
        Assert.Equal(0, rig.Topics.EventCount);

        rig.Kafka.Up();
        await rig.Redis.RestartAsync(TestContext.Current.CancellationToken);
        await rig.UntilReadyAsync();
        await using (var redis = await ConnectionMultiplexer.ConnectAsync($"{rig.Redis.Address},syncTimeout=60000"))
            await Truth.AssertRedisBooksAsync(rig, redis.GetDatabase());
        Assert.True(await rig.StopAsync());
        Assert.Equal(0, await AssertCompleteAsync(rig));
        Assert.Equal("snapshot", rig.Topics.OrderBooks[0].Text("action"));
    }

    // After an interruption.
    private static bool IsWhole(Rig rig, string key)
    {
        var kinds = rig.Topics.Integrity.Where(record => record.Key == key && record.Text("channel") == "trade")
            .Select(record => record.Text("kind")).Where(kind => kind is "disconnected" or "resynced").ToList();
        return kinds is [.., "disconnected", "resynced"];
    }

    private static KafkaLane Lane(Collector collector) => collector.Pipeline.Lanes.OfType<KafkaLane>().Single();

    private static bool Says(Collector collector, string code) =>
        CollectorHealth.Check(collector).Any(reason => reason.StartsWith(code, StringComparison.Ordinal));

    private static string Reasons(Collector collector) => string.Join("; ", CollectorHealth.Check(collector));

    // After the stop. Returns how many trades are missing.
    private static async Task<int> AssertCompleteAsync(Rig rig)
    {
        Assert.All(
            rig.Collectors.All.Select(Lane), lane => Assert.Equal((0, 0), (lane.Counters.Queued, lane.Counters.Rejected)));
        await Truth.UntilAllReadAsync(rig);
        Assert.Equal(20, Truth.AssertBooks(rig).Count);
        return Truth.AssertTrades(rig);
    }
}
