using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

using Deribit.Simulator;

using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded;
using MarketData.Embedded.Kafka;

using StackExchange.Redis;

namespace MarketData.Cli.Tests;

/// <summary>What an operator can tell a running collector over HTTP.</summary>
[Trait("kind", "integration")]
public sealed class AdminTests
{
    private const string Name = "BTC-PERPETUAL";
    private const string Key = "admin-key-value";

    [Fact]
    public async Task Book_is_got_anew_and_intake_is_paused_and_resumed_and_all_of_it_is_in_the_ledger()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { Instruments = 4, FramesPerSecond = 200 }, stop);
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: stop);
        await using var collector = CollectorProcess.Start(
            "OrderBooks", simulator, kafka.BootstrapServers, redis, [("ADMIN__KEY", Key), ("EXCHANGES__DERIBIT__SYMBOLS", Name)]);
        var address = await collector.HttpAddressAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        var key = $"deribit.{Name}:orderbook";
        await IsThereAsync(true);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(address, $"/admin/resync?instrument={Name}")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(address, "/admin/resync?instrument=ETH-PERPETUAL")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(address, "/admin/pause")).Status);
        await IsThereAsync(false);
        Assert.Contains("paused: an operator", await HealthAsync(address), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(address, "/admin/resume")).Status);
        await IsThereAsync(true);

        // What is injected is refused with a sentence on one line; nothing is written.
        foreach (var bad in new[] { "..%2F..%2Fx", "%22%7D%7B", "a%0Ab", "BTC-PERPETUL" })
        {
            var (status, message) = await PostAsync(address, $"/admin/symbols?add={bad}");
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.DoesNotContain('\n', message);
        }

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(address, "/admin/symbols?add=ETH-PERPETUAL")).Status);
        await Until.TrueAsync(() => connection.GetDatabase().KeyExists("deribit.ETH-PERPETUAL:orderbook"), () => collector.Everything);
        await collector.SignalAsync("TERM");
        Assert.True(await collector.ExitAsync() == 0, collector.Everything);
        Assert.DoesNotContain(Key, collector.Everything, StringComparison.Ordinal);

        var ledger = (await IndependentReader.ReadAsync(kafka.BootstrapServers, "market.integrity"))
            .Where(record => record.Text("instrument_name") == Name && record.Text("channel") == "orderbook")
            .Select(record => (record.Text("kind"), record.Text("detail"))).ToList();
        var asked = ledger.FindIndex(entry => entry == ("stale", "An operator asked for the book anew."));
        Assert.True(asked >= 0, string.Join("; ", ledger));
        Assert.True(ledger.FindIndex(asked, entry => entry.Item1 == "resynced") > asked, string.Join("; ", ledger));
        Assert.Contains(("closed", "An operator paused the collector."), ledger);
        var symbols = await IndependentReader.ReadAsync(kafka.BootstrapServers, "market.symbols");
        Assert.Equal([$"deribit.{Name}", "deribit.ETH-PERPETUAL"], symbols.Select(record => record.Key).Distinct().Order(StringComparer.Ordinal));

        Task IsThereAsync(bool isThere) =>
            Until.TrueAsync(() => connection.GetDatabase().KeyExists(key) == isThere, () => $"{key}: {isThere}\n{collector.Everything}");
    }

    [Fact]
    public async Task Trades_of_a_pause_are_fetched_when_it_ends_and_a_storm_of_wishes_ends_in_the_last_one()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var simulator = await SimulatorServer.StartAsync(new SimulatorOptions { Instruments = 2, FramesPerSecond = 50 }, stop);
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: stop);
        await using var collector = CollectorProcess.Start(
            "Trades", simulator, kafka.BootstrapServers, redis, [("ADMIN__KEY", Key), ("EXCHANGES__DERIBIT__SYMBOLS", Name)]);
        var address = await collector.HttpAddressAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        await Until.TrueAsync(
            () =>
            {
                simulator.Market.Trade(Name);
                return connection.GetDatabase().KeyExists($"deribit.{Name}:trade");
            },
            () => collector.Everything, look: TimeSpan.FromMilliseconds(200));
        var before = (await NumbersAsync()).Max();
        await PostAsync(address, "/admin/pause");
        await Until.TrueAsync(async () => (await HealthAsync(address)).Contains("paused: an operator", StringComparison.Ordinal), () => collector.Everything);
        simulator.Market.Trade(Name, 25);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 300), stop, async (i, _) => await PostAsync(address, i % 2 == 0 ? "/admin/resume" : "/admin/pause"));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(address, "/admin/resume")).Status);
        simulator.Market.Trade(Name);
        await Until.TrueAsync(
            async () => (await NumbersAsync()).Max() > before + 25, () => collector.Everything, look: TimeSpan.FromMilliseconds(500));
        await collector.SignalAsync("TERM");
        Assert.True(await collector.ExitAsync() == 0, collector.Everything);

        var published = await NumbersAsync();
        Assert.Equal(Enumerable.Range((int)published[0], published.Count).Select(number => (long)number), published);

        async Task<List<long>> NumbersAsync() =>
            [.. (await IndependentReader.ReadAsync(kafka.BootstrapServers, "market.trades")).Select(record => record.Number("trade_seq"))];
    }

    private static async Task<(HttpStatusCode Status, string Message)> PostAsync(string address, string path)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, json.RootElement.GetProperty("message").GetString() ?? "");
    }

    private static async Task<string> HealthAsync(string address)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(address + "/health"), TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
