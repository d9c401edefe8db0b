using System.Net;
using System.Text.Json;

using Deribit.Simulator;

using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded;
using MarketData.Embedded.Kafka;

using StackExchange.Redis;

namespace MarketData.Cli.Tests;

/// <summary>The three collectors as the executables that operators run.</summary>
[Trait("kind", "integration")]
public sealed class CollectorProcessTests
{
    private static readonly (string Topic, string Collector)[] s_topics =
        [("market.orderbook", "orderbooks"), ("market.trades", "trades"), ("market.ticker", "tickers")];

    [Fact]
    public async Task Three_collectors_run_side_by_side_each_with_its_own_health_port_and_stop_in_order()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { Instruments = 6, FramesPerSecond = 200 }, stop);
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: stop);
        await using var orderBooks = Start("OrderBooks", simulator, kafka, redis);
        await using var trades = Start("Trades", simulator, kafka, redis);
        await using var tickers = Start("Tickers", simulator, kafka, redis);
        ChildProcess[] all = [orderBooks, trades, tickers];

        var addresses = new List<string>();
        foreach (var collector in all)
        {
            var address = await collector.HttpAddressAsync();
            addresses.Add(address);
            await UntilHealthyAsync(address, collector);
        }

        Assert.Equal(3, addresses.Distinct().Count());

        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        var keys = connection.GetServer(redis.Address);
        await Until.TrueAsync(
            () => keys.Keys(pattern: "*:orderbook").Count() == 6
                && keys.Keys(pattern: "*:trade").Any() && keys.Keys(pattern: "*:ticker").Any(),
            () => string.Join('\n', all.Select(collector => collector.Everything)));

        foreach (var collector in all)
            await collector.SignalAsync("TERM");
        foreach (var collector in all)
            Assert.True(await collector.ExitAsync() == 0, collector.Everything);

        Assert.Empty(keys.Keys(pattern: "*:orderbook"));
        foreach (var (topic, name) in s_topics)
        {
            var records = await IndependentReader.ReadAsync(kafka.BootstrapServers, topic);
            Assert.NotEmpty(records);
            Assert.All(records, record => Assert.Equal(
                ($"test/{name}", "market-data/1", "application/json"),
                (record.Headers["source"], record.Headers["schema"], record.Headers["content-type"])));
            Assert.All(records, record => Assert.Equal(record.Key, "deribit." + record.Text("instrument_name")));
        }
    }

    [Fact]
    public async Task Row50_Unknown_symbol_ends_a_collector_with_its_near_matches_and_exit_code_2()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { Instruments = 4 }, stop);
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: stop);
        await using var collector = Start("Tickers", simulator, kafka, redis, ("EXCHANGES__DERIBIT__SYMBOLS", "BTC-PERPETUL"));
        Assert.True(await collector.ExitAsync() == 2, collector.Everything);
        var line = await collector.LineAsync("has no instrument");
        Assert.Contains("BTC-PERPETUL", line, StringComparison.Ordinal);
        Assert.Contains("BTC-PERPETUAL", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collector_without_servers_names_both_at_once_and_exits_with_2()
    {
        await using var collector = ChildProcess.Start("MarketData.Collectors.Trades.dll", []);
        Assert.True(await collector.ExitAsync() == 2, collector.Everything);
        Assert.Contains(collector.Errors, line => line.Contains("kafka.bootstrap_servers is empty", StringComparison.Ordinal)
            && line.Contains("KAFKA_BOOTSTRAP_SERVERS", StringComparison.Ordinal));
        Assert.Contains(collector.Errors, line => line.Contains("redis.url is empty", StringComparison.Ordinal)
            && line.Contains("REDIS_URL", StringComparison.Ordinal));
    }

    private static ChildProcess Start(
        string name, SimulatorServer simulator, EmbeddedKafka kafka, EmbeddedRedis redis, params (string Name, string Value)[] more) =>
        CollectorProcess.Start(name, simulator, kafka.BootstrapServers, redis, [("COLLECTOR__ID", "test"), .. more]);

    private static async Task UntilHealthyAsync(string address, ChildProcess collector)
    {
        using var client = new HttpClient();
        var stop = TestContext.Current.CancellationToken;
        var body = "";
        await Until.TrueAsync(
            async () =>
            {
                using var health = await client.GetAsync(new Uri(address + "/health"), stop);
                body = await health.Content.ReadAsStringAsync(stop);
                using var json = JsonDocument.Parse(body);
                Assert.Equal(
                    ["Aspire.Confluent.Kafka.Producer", "StackExchange.Redis", "collector", "host"],
                    json.RootElement.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
                return health.StatusCode == HttpStatusCode.OK;
            },
            () => body + collector.Everything);
    }
}
