using Deribit.Simulator;

using MarketData.Collectors;
using MarketData.Integration.Tests.Rigs;
using MarketData.Pipeline;

using StackExchange.Redis;

namespace MarketData.Integration.Tests.Kills;

/// <summary>Redis behind a network that is slow, too slow, and parted.</summary>
[Trait("kind", "integration")]
public sealed class RedisOutageTests
{
    [Fact]
    public async Task Row45_Redis_slow_away_and_back_conflates_in_memory_rebuilds_every_key_and_leaves_no_stale_one()
    {
        await using var proxy = new SlowProxy();
        var options = new SimulatorOptions { Instruments = 20, FramesPerSecond = 600, KeepHistory = true };
        var settings = new Dictionary<string, string> { ["redis:url"] = $"127.0.0.1:{proxy.Port}" };
        await using var rig = await Rig.StartAsync(options, settings, before: rig =>
        {
            proxy.ServerPort = rig.Redis.Port;
            return Task.CompletedTask;
        });
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(rig.Redis.Address);
        var redis = multiplexer.GetDatabase();
        var books = rig.Simulator.Market.InstrumentNames.Select(name => $"deribit.{name}:orderbook").ToList();
        var lane = rig.OrderBooks.Pipeline.Lanes.Single(one => one.Name == "redis");
        await Until.TrueAsync(() => books.All(key => redis.KeyExists(key)), () => "every book is in Redis");

        // Slow: newer values replace older ones in memory, and Kafka gets everything all the same.
        proxy.Delay = TimeSpan.FromMilliseconds(150);
        var (conflated, sent) = (lane.Counters.Conflated, Kafka(rig.OrderBooks).Acknowledged);
        await Until.TrueAsync(
            () => lane.Counters.Conflated > conflated + 300 && Kafka(rig.OrderBooks).Acknowledged > sent + 300,
            () => $"{lane.Counters.Conflated} conflated, Kafka {Kafka(rig.OrderBooks).Acknowledged}");
        Assert.True(lane.Counters.Queued <= 2 * books.Count, $"{lane.Counters.Queued} events wait for {books.Count} keys");

        // Slower than the time-out: as good as away.
        proxy.Delay = TimeSpan.FromSeconds(6);
        await UntilAllSayAsync(rig, says: true);

        // Parted: Redis itself lives on with what it had, and that must not stay.
        proxy.Part();
        proxy.Delay = TimeSpan.Zero;
        await Until.TrueAsync(() => books.All(key => !redis.KeyExists(key)), () => "books that nobody keeps current stay in Redis");
        (conflated, sent) = (lane.Counters.Conflated, Kafka(rig.OrderBooks).Acknowledged);
        await Until.TrueAsync(
            () => lane.Counters.Conflated > conflated + 300 && Kafka(rig.OrderBooks).Acknowledged > sent + 300, () => "the events go on");
        await UntilAllSayAsync(rig, says: true);

        proxy.Join();
        await rig.UntilReadyAsync();
        await UntilAllSayAsync(rig, says: false);
        await Truth.AssertRedisBooksAsync(rig, redis);
        await AssertLastTradesAndTickersAsync(rig, redis);
        Assert.True(await rig.StopAsync());
        Assert.Equal(0, rig.OrderBooks.Pipeline.Lanes.Sum(one => one.Counters.Rejected));

        // What a clean stop leaves: no book, for nobody keeps it current any more.
        Assert.DoesNotContain(books, key => redis.KeyExists(key));
    }

    private static LaneCounters Kafka(Collector collector) => collector.Pipeline.Lanes.Single(lane => lane.Name == "kafka").Counters;

    private static Task UntilAllSayAsync(Rig rig, bool says) => Until.TrueAsync(
        () => rig.Collectors.All.All(collector =>
            CollectorHealth.Check(collector).Any(reason => reason.StartsWith("redis_unreachable:", StringComparison.Ordinal)) == says),
        () => string.Join("; ", rig.Collectors.All.SelectMany(CollectorHealth.Check)));

    // The market stands still: the last of each on Kafka is the last of each in Redis.
    private static async Task AssertLastTradesAndTickersAsync(Rig rig, IDatabase redis)
    {
        var lanes = rig.Collectors.All.SelectMany(collector => collector.Pipeline.Lanes).ToList();
        await Until.TrueAsync(() => lanes.All(lane => lane.Counters.Queued == 0), () => "the lanes settle");
        await Truth.UntilAllReadAsync(rig);
        foreach (var last in rig.Topics.Trades.GroupBy(record => record.Key).Select(group => group.Last()))
            Assert.Equal(last.Json.GetRawText(), Truth.Read(redis, last.Key + ":trade")?.GetRawText());
        foreach (var last in rig.Topics.Tickers.GroupBy(record => record.Key).Select(group => group.Last()))
            Assert.Equal(last.Json.GetRawText(), Truth.Read(redis, last.Key + ":ticker")?.GetRawText());
    }
}
