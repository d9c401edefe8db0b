using System.Text;

using Confluent.Kafka;

using Deribit.Simulator;

using MarketData.Collectors;
using MarketData.Integration.Tests.Rigs;

using Microsoft.Extensions.Logging;

using StackExchange.Redis;

namespace MarketData.Integration.Tests.Symbols;

/// <summary>What is collected changes while everything runs.</summary>
[Trait("kind", "integration")]
public sealed class SymbolsAtRunTimeTests
{
    private static readonly Dictionary<string, string> Quick = new()
    {
        ["symbols:listing_delay_seconds"] = "0.5",
        ["symbols:expiry_grace_seconds"] = "2",
    };

    [Fact]
    public async Task Five_hundred_added_and_two_hundred_removed_in_one_go_leave_the_others_untouched()
    {
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = 720 }, TestContext.Current.CancellationToken);
        var names = simulator.Market.InstrumentNames;
        var (kept, removed, added) = (names.Take(20).ToList(), names.Skip(20).Take(200).ToList(), names.Skip(220).ToList());
        var settings = new Dictionary<string, string> { ["exchanges:deribit:symbols"] = string.Join(',', kept.Concat(removed)) };
        await using var rig = await Rig.StartAsync(new SimulatorOptions { Instruments = 720, FramesPerSecond = 500 }, settings);
        await rig.CollectsAsync(220);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(rig.Redis.Address);
        var gone = removed.Take(20).Select(name => (RedisKey)$"deribit.{name}:ticker").ToArray();
        await Until.TrueAsync(() => redis.GetDatabase().KeyExists(gone) > 0, () => "no ticker of what is to be removed is in Redis");
        var before = rig.BookSubscriptions(kept);
        var mark = await rig.MarkAsync();

        await rig.WriteSymbolsAsync([.. removed.Select(SymbolsOnRig.Remove), .. added.Select(SymbolsOnRig.Put)]);
        await rig.CollectsAsync(520);

        Assert.Equal(before, rig.BookSubscriptions(kept));
        Assert.All(rig.BookSubscriptions(added), count => Assert.Equal(1, count));
        foreach (var name in removed.Where((_, index) => index % 40 == 0))
            await mark.ClosedAsync(name);
        await Until.TrueAsync(() => redis.GetDatabase().KeyExists(gone) == 0, () => "tickers of what was removed stay in Redis");
        Assert.DoesNotContain(mark.Integrity, record => kept.Contains(record.Text("instrument_name")));
        Assert.True(await rig.StopAsync());
        foreach (var name in kept)
            rig.AssertWhole(name);
    }

    [Fact]
    public async Task Row36_Expiry_of_two_hundred_and_listing_of_three_hundred_is_followed_in_batches()
    {
        var settings = new Dictionary<string, string>(Quick) { ["exchanges:deribit:symbols"] = "*" };
        await using var rig = await Rig.StartAsync(new SimulatorOptions { Instruments = 250, FramesPerSecond = 400, KeepHistory = true }, settings);
        var names = rig.Simulator.Market.InstrumentNames;
        var (kept, expired) = (names.Take(50).ToList(), names.Skip(50).ToList());
        var before = rig.BookSubscriptions(kept);
        rig.Simulator.Market.Trade(expired[0]);
        await Until.TrueAsync(() => rig.Topics.Trades.Any(trade => trade.Text("instrument_name") == expired[0]), () => "the trade is on Kafka");
        var mark = await rig.MarkAsync();

        foreach (var name in expired)
            rig.Simulator.Market.ExpireInstrument(name);
        for (var i = 0; i < 300; i++)
            rig.Simulator.Market.ListInstrument();
        await rig.CollectsAsync(350);

        Assert.Equal(before, rig.BookSubscriptions(kept));
        foreach (var name in expired.Where((_, index) => index % 40 == 0))
            await mark.ClosedAsync(name);
        Assert.DoesNotContain(mark.Integrity, record => kept.Contains(record.Text("instrument_name")));
        Assert.DoesNotContain(mark.Lines, line => line.Level >= LogLevel.Error);
        Assert.InRange(mark.Lines.Count(line => line.Level >= LogLevel.Warning), 0, 20);
        Assert.True(await rig.StopAsync());
        await Kills.Truth.UntilAllReadAsync(rig);
        var trades = rig.Topics.Trades.ToLookup(record => record.Text("instrument_name"), record => record.Number("trade_seq"));
        Assert.Contains(expired, trades.Contains);
        foreach (var name in expired.Where(trades.Contains))
            Assert.Equal(rig.Simulator.Market.GetTrades(name)[^1].TradeSeq, trades[name].Max());
        foreach (var name in kept)
            rig.AssertWhole(name);
    }

    [Fact]
    public async Task Row50_Empty_list_starts_ready_with_nothing_and_collects_what_is_added()
    {
        var settings = new Dictionary<string, string> { ["exchanges:deribit:symbols"] = "" };
        await using var rig = await Rig.StartAsync(new SimulatorOptions { Instruments = 4 }, settings);
        Assert.All(rig.Collectors.All, collector => Assert.Equal(0, collector.Instruments));
        await rig.WriteSymbolsAsync(SymbolsOnRig.Put("kind=future currency=ETH expiry=never"), SymbolsOnRig.Put("NO-SUCH-THING"));
        await rig.CollectsAsync(1);
        await Until.TrueAsync(() => rig.Topics.OrderBooks.Any(record => record.Key == "deribit.ETH-PERPETUAL"), () => "no book");
        Assert.Contains(CollectorHealth.Warnings(rig.OrderBooks), warning => warning.Contains("NO-SUCH-THING", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Row51_Forged_records_and_a_thousand_toggles_change_nothing_but_what_was_last_said()
    {
        var settings = new Dictionary<string, string> { ["exchanges:deribit:symbols"] = "BTC-PERPETUAL" };
        await using var rig = await Rig.StartAsync(new SimulatorOptions { Instruments = 20 }, settings);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = rig.Kafka.BootstrapServers }).Build();
        foreach (var key in new[] { "deribit.X:orderbook", "deribit.X\nSET forged 1", "forged", "deribit.kind=option\"}" })
        {
            await producer.ProduceAsync(
                "market.symbols", new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = "{}"u8.ToArray() },
                TestContext.Current.CancellationToken);
        }

        // Two operators at odds, in two thousand records; the last word is to collect.
        var put = SymbolsOnRig.Put("ETH-PERPETUAL");
        var toggles = Enumerable.Range(0, 1_000).Select(index => index % 2 == 0 ? put : SymbolsOnRig.Remove("ETH-PERPETUAL")).ToList();
        await Task.WhenAll(rig.WriteSymbolsAsync(toggles), rig.WriteSymbolsAsync(toggles));
        await rig.WriteSymbolsAsync(put);
        await rig.CollectsAsync(2);

        Assert.InRange(rig.BookSubscriptions(["ETH-PERPETUAL"])[0], 1, 10);
        Assert.Equal([1], rig.BookSubscriptions(["BTC-PERPETUAL"]));
        await Until.TrueAsync(
            () => CollectorHealth.Warnings(rig.OrderBooks).Count(warning => warning.StartsWith("symbol_ignored:", StringComparison.Ordinal)) == 4,
            () => string.Join("; ", CollectorHealth.Warnings(rig.OrderBooks)));
        await using var redis = await ConnectionMultiplexer.ConnectAsync(rig.Redis.Address);
        var keys = redis.GetServers()[0].Keys().Select(key => key.ToString()).ToList();
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.Matches("^deribit\\.(BTC|ETH)-PERPETUAL:(orderbook|trade|ticker)$", key));
        Assert.DoesNotContain(rig.Log.Lines, line => line.Text.Contains('\n', StringComparison.Ordinal) && line.Text.Contains("forged", StringComparison.Ordinal));
    }
}
