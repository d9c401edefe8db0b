using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded;
using MarketData.Embedded.Kafka;

using StackExchange.Redis;

namespace MarketData.Cli.Tests;

/// <summary>FAULTS row 48: how <c>up</c> ends.</summary>
[Trait("kind", "integration")]
public sealed class StopTests
{
    private static readonly string[] s_busy = ["--instruments", "50", "--rate", "4000"];

    private static readonly (string Topic, string Collector)[] s_topics =
        [("market.orderbook", "orderbooks"), ("market.trades", "trades"), ("market.ticker", "tickers")];

    [Fact]
    public async Task Row48_One_signal_in_a_burst_hands_everything_over_deletes_the_book_keys_and_exits_with_0()
    {
        // The servers outlive the process, so that what it left there can be looked at.
        var stop = TestContext.Current.CancellationToken;
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: stop);
        await using var up = await UpProcess.StartAsync(s_busy, Servers(kafka, redis));
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        var keys = connection.GetServer(redis.Address);
        await Until.TrueAsync(() => keys.Keys(pattern: "*:orderbook").Count() == 50, () => $"50 books in Redis.\n{up.Process.Everything}");
        await BurstAsync(up);

        await up.Process.SignalAsync("INT");
        Assert.True(await up.Process.ExitAsync(TimeSpan.FromSeconds(45)) == 0, up.Process.Everything);

        var summary = Summary.Of(up.Process);
        Assert.Equal(6, summary.Lanes.Count);
        Assert.All(summary.Lanes, lane => Assert.Equal((0, 0), (lane.Queued, lane.Rejected)));
        Assert.Equal(summary.Events, summary.Lanes.Where(lane => lane.Sink == "kafka").Sum(lane => lane.Acknowledged));
        Assert.Equal(0, summary.GapsOpened);

        // What was acknowledged is there, as an independent client counts.
        var counts = new Dictionary<string, int>();
        foreach (var topic in new[] { "market.orderbook", "market.trades", "market.ticker", "market.integrity" })
            counts[topic] = (await IndependentReader.ReadAsync(kafka.BootstrapServers, topic)).Count;
        Assert.Equal(summary.Events, counts.Values.Sum());
        Assert.True(counts["market.orderbook"] > 50);

        // Every data event went to both lanes, and each ended in one counter.
        foreach (var (topic, collector) in s_topics)
        {
            var lane = summary.Of("redis", collector);
            Assert.Equal((collector, counts[topic]), (collector, lane.Acknowledged + lane.Conflated));
        }

        Assert.Empty(keys.Keys(pattern: "*:orderbook"));
        Assert.NotEmpty(keys.Keys(pattern: "*:ticker"));
        Assert.Empty(Directory.GetFiles(up.Process.Directory, "marketdata-up-*"));
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task Row48_Second_signal_ends_it_at_once(string signal, int exitCode)
    {
        // Nobody takes what Kafka is to be given, so that the ordered stop would last until its deadline.
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var server = new Dictionary<string, string> { ["KAFKA_BOOTSTRAP_SERVERS"] = kafka.BootstrapServers };
        await using var up = await UpProcess.StartAsync(s_busy, server);
        await BurstAsync(up);
        kafka.Down();
        await up.Process.SignalAsync(signal);
        using var http = new HttpClient();
        await Until.TrueAsync(() => IsDraining(http, up.Http), () => $"the first signal to be taken.\n{up.Process.Everything}");
        Assert.False(up.Process.HasExited, up.Process.Everything);

        var second = TimeProvider.System.GetTimestamp();
        await up.Process.SignalAsync(signal);
        Assert.Equal(exitCode, await up.Process.ExitAsync());

        // At once, against a drain deadline of 20 s; the machine may be slow.
        Assert.True(TimeProvider.System.GetElapsedTime(second) < TimeSpan.FromSeconds(10), up.Process.Everything);
    }

    [Fact]
    public async Task Row48_Kill_9_leaves_no_value_for_long_and_a_new_start_works()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: stop);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        var keys = connection.GetServer(redis.Address);
        int Books() => keys.Keys(pattern: "*:orderbook").Count();
        int before;
        await using (var up = await UpProcess.StartAsync(s_busy, Servers(kafka, redis)))
        {
            await Until.TrueAsync(() => Books() == 50, () => $"50 books in Redis.\n{up.Process.Everything}");
            await up.Process.SignalAsync("KILL");
            Assert.Equal(137, await up.Process.ExitAsync());
            await Until.TrueAsync(() => Books() == 0, () => "the books to expire");
            before = (await IndependentReader.ReadAsync(kafka.BootstrapServers, "market.orderbook")).Count;
        }

        await using (var up = await UpProcess.StartAsync(s_busy, Servers(kafka, redis)))
        {
            await Until.TrueAsync(() => Books() == 50, () => $"50 books in Redis again.\n{up.Process.Everything}");
            await up.Process.SignalAsync("TERM");
            Assert.True(await up.Process.ExitAsync() == 0, up.Process.Everything);
        }

        Assert.True((await IndependentReader.ReadAsync(kafka.BootstrapServers, "market.orderbook")).Count > before + 50);
    }

    [Fact]
    public async Task Stopping_up_leaves_the_addresses_of_a_newer_up_alone()
    {
        await using var older = await UpProcess.StartAsync(["--instruments", "1"]);
        var environment = new Dictionary<string, string> { ["TMPDIR"] = older.Process.Directory };
        var file = Path.Combine(older.Process.Directory, $"marketdata-up-{Environment.UserName}.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file));
        await using var newer = await UpProcess.StartAsync(["--instruments", "1"], environment);
        await older.Process.SignalAsync("TERM");
        Assert.Equal(0, await older.Process.ExitAsync());
        Assert.Contains(newer.Kafka, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await newer.Process.SignalAsync("TERM");
        Assert.Equal(0, await newer.Process.ExitAsync());
        Assert.False(File.Exists(file));
    }

    private static Dictionary<string, string> Servers(EmbeddedKafka kafka, EmbeddedRedis redis) =>
        new() { ["KAFKA_BOOTSTRAP_SERVERS"] = kafka.BootstrapServers, ["REDIS_URL"] = redis.Address };

    // The signal comes while much is on its way, not in the calm of the start.
    private static Task<string> BurstAsync(UpProcess up) => up.Process.LineAsync("50/50 books live");

    private static bool IsDraining(HttpClient http, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address + "/health"));
        using var answer = http.Send(request, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(answer.Content.ReadAsStream(TestContext.Current.CancellationToken));
        return reader.ReadToEnd().Contains("collector_draining", StringComparison.Ordinal);
    }
}
