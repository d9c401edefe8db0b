using MarketData.Embedded;
using MarketData.Pipeline;
using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Integration;

[Trait("kind", "integration")]
public sealed class BadNetworkTests
{
    private const string BookKey = "deribit.A:orderbook";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Slow_redis_conflates_and_never_blocks_the_publisher()
    {
        TcpProxy? proxy = null;
        await using var real = await RealLane.StartAsync(
            static url => new RedisOptions { Url = url, OperationTimeout = TimeSpan.FromSeconds(30) },
            port => (proxy = new TcpProxy(port)).Port);
        await using var _ = proxy;
        proxy!.Delay = TimeSpan.FromMilliseconds(100);

        // Publish holds the lane to completing at once; while one value travels 200 ms there and back, thousands are replaced.
        real.Publish(Market.Snapshot("A", 1));
        for (var changeId = 2; changeId <= 20_000; changeId++)
            real.Publish(Market.Update("A", changeId));
        Assert.InRange(real.Lane.Unsettled, 1, 2);
        await real.SettleAsync();

        Assert.Equal(20_000, Market.ChangeIdOf((byte[]?)await (await real.ObserverAsync()).StringGetAsync(BookKey)));
        Assert.True(real.Counters.Conflated > real.Counters.Acknowledged);
        Assert.Equal(LaneState.Ready, real.Lane.Status.State);
    }

    [Fact]
    public async Task Redis_slower_than_the_timeout_is_degraded_and_heals()
    {
        TcpProxy? proxy = null;
        await using var real = await RealLane.StartAsync(
            static url => new RedisOptions
            {
                Url = url,
                OperationTimeout = TimeSpan.FromSeconds(1),
                MaximumBackoff = TimeSpan.FromMilliseconds(200),
            },
            port => (proxy = new TcpProxy(port)).Port);
        await using var _ = proxy;
        await real.ReachAsync(LaneState.Ready);
        proxy!.Delay = TimeSpan.FromSeconds(4);

        real.Publish(Market.Snapshot("A", 1));
        await real.ReachAsync(LaneState.Degraded);
        Assert.StartsWith("redis_unreachable: ", real.Lane.Status.Reason, StringComparison.Ordinal);
        real.Publish(Market.Update("A", 2));

        proxy.Delay = TimeSpan.Zero;
        await real.ReachAsync(LaneState.Ready);
        await real.SettleAsync();
        Assert.Equal(2, Market.ChangeIdOf((byte[]?)await (await real.ObserverAsync()).StringGetAsync(BookKey)));
    }

    [Fact]
    public async Task Older_value_stuck_in_a_lost_connection_never_overwrites_the_newer_one()
    {
        TcpProxy? proxy = null;
        await using var real = await RealLane.StartAsync(
            static url => new RedisOptions
            {
                Url = url,
                OrderBookTtl = TimeSpan.FromHours(1),
                OperationTimeout = TimeSpan.FromSeconds(2),
                MaximumBackoff = TimeSpan.FromMilliseconds(200),
            },
            port => (proxy = new TcpProxy(port)).Port);
        await using var _ = proxy;
        var database = await real.ObserverAsync();
        real.Publish(Market.Snapshot("A", 1));
        await real.SettleAsync();

        // The value with change id 2 gets stuck on its way; the client loses the connection and writes change id 3 through a new one.
        proxy!.HoldExisting();
        real.Publish(Market.Update("A", 2));
        await Eventually.TrueAsync(() => proxy.HeldBytes > 100, "the older value is stuck");
        proxy.CutClientSideOfHeld();
        real.Publish(Market.Update("A", 3));
        await Eventually.TrueAsync(
            async () => (byte[]?)await database.StringGetAsync(BookKey) is { } value && Market.ChangeIdOf(value) == 3,
            "the newer value is stored",
            () => $"{real.Lane.Status} {real.Log.All}");
        await real.SettleAsync();

        await proxy.ReleaseAsync();
        await database.PingAsync();
        real.Publish(Market.Trade("MARKER", 1));
        await real.SettleAsync();

        Assert.Equal(3, Market.ChangeIdOf((byte[]?)await database.StringGetAsync(BookKey)));
    }

    [Fact]
    public async Task Password_appears_in_no_log_status_or_error()
    {
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: Token);
        var log = new RecordingLogger();
        const string Secret = "s3cr3t-p4ss";
        string[] urls = [$"redis://:{Secret}@{redis.Address}", $"{redis.Address},password={Secret}", $"redis://me:{Secret}@127.0.0.1:1"];
        foreach (var url in urls)
        {
            var options = new RedisOptions { Url = url, OperationTimeout = TimeSpan.FromSeconds(1) };
            await using var lane = RealLane.Create(options, log);
            var error = await Record.ExceptionAsync(() => lane.StartAsync(Token));

            Assert.DoesNotContain(Secret, lane.Status.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, error?.ToString() ?? "", StringComparison.Ordinal);
            var readerError = await Record.ExceptionAsync(() => RedisBookReader.ConnectAsync(options, Token));
            Assert.DoesNotContain(Secret, readerError?.ToString() ?? "", StringComparison.Ordinal);
        }

        Assert.NotEmpty(log.All);
        Assert.DoesNotContain(Secret, log.All, StringComparison.Ordinal);
    }
}
