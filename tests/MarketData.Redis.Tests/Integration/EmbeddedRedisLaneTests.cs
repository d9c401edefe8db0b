using System.Collections.Concurrent;
using MarketData.Embedded;
using MarketData.Pipeline;
using MarketData.Redis.Tests.Support;
using StackExchange.Redis;

namespace MarketData.Redis.Tests.Integration;

[Trait("kind", "integration")]
public sealed class EmbeddedRedisLaneTests
{
    private const string BookKey = "deribit.A:orderbook";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Values_are_stored_with_lives_and_published_on_the_channel_of_the_same_name()
    {
        await using var real = await RealLane.StartAsync();
        var database = await real.ObserverAsync();
        var published = new ConcurrentQueue<(string Channel, string Value)>();
        await real.Subscriber().SubscribeAsync(
            RedisChannel.Pattern("deribit.*"), (channel, value) => published.Enqueue((channel!, value!)));

        real.Publish(Market.Snapshot("A", 1));
        real.Publish(Market.Trade("A", 2));
        real.Publish(Market.Ticker("A", 3));
        await real.SettleAsync();
        await Eventually.TrueAsync(() => published.Count == 3, "three messages came");

        foreach (var (kind, life) in new[] { ("orderbook", 3), ("trade", 60), ("ticker", 300) })
        {
            var stored = await database.StringGetWithExpiryAsync($"deribit.A:{kind}");
            Assert.InRange(stored.Expiry!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(life));
            Assert.Equal(stored.Value, published.Single(message => message.Channel == $"deribit.A:{kind}").Value);
        }

        Assert.Equal(LaneState.Ready, real.Lane.Status.State);
    }

    [Fact]
    public async Task Quiet_live_book_outlives_its_life_many_times_and_is_not_written_again()
    {
        await using var real = await RealLane.StartAsync(Short);
        var database = await real.ObserverAsync();
        var writes = 0;
        await real.Subscriber().SubscribeAsync(RedisChannel.Literal(BookKey), (_, _) => Interlocked.Increment(ref writes));
        real.Publish(Market.Snapshot("A", 1));
        await real.SettleAsync();

        // The remaining life rises again only by a refresh (or by a rewrite, should a stalled machine have missed one).
        var refreshes = 0;
        var before = await database.KeyTimeToLiveAsync(BookKey);
        await Eventually.TrueAsync(
            async () =>
            {
                var now = await database.KeyTimeToLiveAsync(BookKey);
                if (now > before)
                    refreshes++;
                before = now;
                return refreshes >= 10;
            },
            "the life was prolonged ten times");

        Assert.Equal(1, real.Counters.Acknowledged);
        Assert.Equal(1, Market.ChangeIdOf((byte[]?)await database.StringGetAsync(BookKey)));
    }

    [Fact]
    public async Task Closed_streams_are_gone_from_redis_when_the_lane_is_flushed()
    {
        await using var real = await RealLane.StartAsync(Long);
        var database = await real.ObserverAsync();
        real.Publish(Market.Snapshot("A", 1));
        real.Publish(Market.Trade("A", 1));
        real.Publish(Market.Ticker("A", 1));
        await real.Lane.FlushAsync(Token);
        string[] channels = ["orderbook", "trade", "ticker"];
        foreach (var channel in channels)
            Assert.True(await database.KeyExistsAsync("deribit.A:" + channel));
        foreach (var channel in channels)
            real.Publish(Market.Integrity("A", IntegrityKind.Closed, channel));
        await real.Lane.FlushAsync(Token);
        foreach (var channel in channels)
            Assert.False(await database.KeyExistsAsync("deribit.A:" + channel));
        await real.SettleAsync();
    }

    [Fact]
    public async Task Gap_deletes_the_key_and_a_snapshot_brings_it_back()
    {
        await using var real = await RealLane.StartAsync(Long);
        var database = await real.ObserverAsync();
        real.Publish(Market.Snapshot("A", 1));
        await real.SettleAsync();
        Assert.True(await database.KeyExistsAsync(BookKey));

        // With a life of an hour only a deletion can do this.
        real.Publish(Market.Integrity("A", IntegrityKind.Gap));
        await Eventually.TrueAsync(async () => !await database.KeyExistsAsync(BookKey), "the key is deleted");

        real.Publish(Market.Snapshot("A", 10));
        await real.SettleAsync();
        Assert.Equal(10, Market.ChangeIdOf((byte[]?)await database.StringGetAsync(BookKey)));
    }

    [Fact]
    public async Task Evicted_book_is_written_again()
    {
        await using var real = await RealLane.StartAsync(Short);
        var database = await real.ObserverAsync();
        real.Publish(Market.Snapshot("A", 1));
        await real.SettleAsync();

        await database.KeyDeleteAsync(BookKey);

        await Eventually.TrueAsync(async () => await database.KeyExistsAsync(BookKey), "the key is back");
        Assert.Equal(1, real.Counters.Acknowledged);
    }

    [Fact]
    public async Task Redis_restarted_empty_gets_every_live_key_back_and_conserves_every_event()
    {
        await using var real = await RealLane.StartAsync(static url => new RedisOptions
        {
            Url = url,
            OrderBookTtl = TimeSpan.FromMinutes(10),
            MaximumBackoff = TimeSpan.FromMilliseconds(500),
        });
        for (var i = 0; i < 700; i++)
            real.Publish(Market.Snapshot($"I{i}", 1));
        real.Publish(Market.Trade("I0", 1));
        real.Publish(Market.Ticker("I0", 1));
        await real.SettleAsync();
        Assert.Equal(LaneState.Ready, real.Lane.Status.State);

        await real.Redis.StopAsync();
        for (var changeId = 2; changeId <= 500; changeId++)
            real.Publish(Market.Update("I0", changeId));
        real.Publish(Market.Integrity("I1", IntegrityKind.Gap));
        await real.ReachAsync(LaneState.Degraded);
        Assert.StartsWith("redis_unreachable: ", real.Lane.Status.Reason, StringComparison.Ordinal);
        real.Publish(Market.Trade("I0", 2));

        await real.Redis.RestartAsync(Token);
        await real.ReachAsync(LaneState.Ready);
        await real.SettleAsync();

        var database = await real.ObserverAsync();
        for (var i = 0; i < 700; i++)
            Assert.Equal(i != 1, await database.KeyExistsAsync($"deribit.I{i}:orderbook"));
        Assert.Equal(500, Market.ChangeIdOf((byte[]?)await database.StringGetAsync("deribit.I0:orderbook")));
        Assert.Equal(2, Market.NumberOf((byte[]?)await database.StringGetAsync("deribit.I0:trade"), "trade_seq"));
        Assert.True(await database.KeyExistsAsync("deribit.I0:ticker"));
        Assert.Equal(702 + 499 + 1, real.Counters.In);
        Assert.Equal(0, real.Counters.Rejected);
        Assert.Equal(1, real.Log.Count(7101));
    }

    [Fact]
    public async Task Redis_absent_at_start_is_degraded_and_turns_ready_when_it_comes()
    {
        var redis = await EmbeddedRedis.StartAsync(cancellationToken: Token);
        await using var _ = redis;
        await redis.StopAsync();
        var options = new RedisOptions { Url = redis.Address, MaximumBackoff = TimeSpan.FromMilliseconds(300) };
        await using var lane = RealLane.Create(options, new RecordingLogger());

        await lane.StartAsync(Token);
        Assert.Equal(LaneState.Degraded, lane.Status.State);
        Assert.StartsWith("redis_unreachable: ", lane.Status.Reason, StringComparison.Ordinal);
        await lane.PublishAsync(Market.Trade("A", 1), Token);

        await redis.RestartAsync(Token);
        await Eventually.TrueAsync(() => lane.Status.State == LaneState.Ready && lane.Counters.Acknowledged == 1, "the trade is stored");
    }

    [Fact]
    public async Task Flood_ends_with_the_last_event_in_every_key()
    {
        await using var real = await RealLane.StartAsync();
        for (var i = 0; i < 20; i++)
            real.Publish(Market.Snapshot($"I{i}", 1));
        for (var changeId = 2; changeId <= 5000; changeId++)
        {
            for (var i = 0; i < 20; i++)
                real.Publish(Market.Update($"I{i}", changeId));
        }

        await real.SettleAsync();

        var database = await real.ObserverAsync();
        for (var i = 0; i < 20; i++)
            Assert.Equal(5000, Market.ChangeIdOf((byte[]?)await database.StringGetAsync($"deribit.I{i}:orderbook")));
        Assert.Equal(100_000, real.Counters.In);
        Assert.True(real.Counters.Acknowledged >= 20);
    }

    [Fact]
    public async Task Drain_leaves_no_book_key_behind()
    {
        await using var real = await RealLane.StartAsync(Long);
        for (var i = 0; i < 600; i++)
            real.Publish(Market.Snapshot($"I{i}", 1));
        real.Publish(Market.Trade("I0", 1));

        Assert.True(await real.Lane.DrainAsync(Token));

        var database = await real.ObserverAsync();
        Assert.Equal(1, (long)await database.ExecuteAsync("DBSIZE"));
        Assert.True(await database.KeyExistsAsync("deribit.I0:trade"));
        Assert.Equal(601, real.Counters.Acknowledged);
        Assert.Equal(LaneState.Stopped, real.Lane.Status.State);
    }

    [Fact]
    public async Task Book_reader_returns_the_stored_bytes_and_the_remaining_life_or_nothing()
    {
        await using var real = await RealLane.StartAsync();
        real.Publish(Market.Snapshot("A", 4));
        await real.SettleAsync();
        await using var reader = await RedisBookReader.ConnectAsync(new RedisOptions { Url = real.Redis.Address }, Token);

        var book = await reader.ReadAsync("deribit.A", Token);

        Assert.NotNull(book);
        Assert.Equal(4, Market.ChangeIdOf(book.Json));
        Assert.InRange(book.RemainingTtl!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(3));
        Assert.Null(await reader.ReadAsync("deribit.B", Token));
    }

    [Fact]
    public async Task Book_reader_without_redis_says_which_address_to_check()
    {
        var redis = await EmbeddedRedis.StartAsync(cancellationToken: Token);
        await redis.DisposeAsync();

        var error = await Assert.ThrowsAsync<SinkError>(
            () => RedisBookReader.ConnectAsync(new RedisOptions { Url = redis.Address }, Token));

        Assert.Contains(redis.Address, error.Message, StringComparison.Ordinal);
    }

    private static RedisOptions Long(string url) => new() { Url = url, OrderBookTtl = TimeSpan.FromHours(1) };

    private static RedisOptions Short(string url) => new() { Url = url, OrderBookTtl = TimeSpan.FromMilliseconds(300) };
}
