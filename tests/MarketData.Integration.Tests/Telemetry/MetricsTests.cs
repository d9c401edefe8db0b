using Deribit.Simulator.Faults;

using MarketData.ClickHouse;
using MarketData.Integration.Tests.Faults;
using MarketData.Integration.Tests.Rigs;
using MarketData.Kafka;
using MarketData.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketData.Integration.Tests.Telemetry;

/// <summary>Every metric by name, unit and value.</summary>
[Trait("kind", "integration")]
[Collection(Alone.Name)]
public sealed class MetricsTests
{
    private const string Victim = "BTC-PERPETUAL";

    [Fact]
    public async Task Metrics_are_those_of_the_page_and_say_what_happened()
    {
        using var measured = new Measured();
        await using var archiver = Archiver();
        await using var rig = await BooksSystem.StartMarketAsync(instruments: 4);
        rig.Inject(FaultKind.Drop, Victim);
        await rig.UntilHealedAsync(1);
        await Until.TrueAsync(
            () =>
            {
                // A tape that has not begun yet misses nothing: again, until one does.
                if (rig.Trades.ExchangeStatus.Trades.Gaps == 0)
                    rig.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"trades.{Victim}.*" });
                rig.Simulator.Market.Trade(Victim);
                rig.Simulator.Market.Trade(Victim);
                return rig.Trades.ExchangeStatus.Trades is { Backfilled: > 0, OpenHoles: 0 };
            },
            () => rig.Trades.ExchangeStatus.Trades.ToString(), look: TimeSpan.FromMilliseconds(100));
        await Until.TrueAsync(() => rig.OrderBooks.ExchangeStatus.ClockOffset is not null, () => "the exchange's clock");
        measured.Look();
        AssertLive(measured);
        Assert.True(await rig.StopAsync());
        measured.Look();

        foreach (var lane in rig.OrderBooks.Pipeline.Lanes)
        {
            Assert.Equal(lane.Counters.Acknowledged, (long)measured.Of("marketdata.lane.events", $"acknowledged,{lane.Name},orderbooks").Last);
            Assert.Equal(lane.Lag.Snapshot().Count, measured.Of("marketdata.lane.lag", $"{lane.Name},orderbooks").Count);
        }

        Assert.Equal(rig.OrderBooks.Monitor.Events, (long)measured.Of("marketdata.collector.events", "orderbooks").Last);
        Assert.Equal(1, measured.Of("marketdata.book.heal.duration", "gap,orderbooks").Count);
        Assert.InRange(measured.Of("marketdata.book.heal.duration", "gap,orderbooks").Sum, 0.001, 60);
        Assert.Equal(rig.Trades.ExchangeStatus.Trades.Backfilled, measured.Of("marketdata.trade.repair.duration", "backfilled,trades").Count);
        Assert.Equal(0, measured.Of("marketdata.trade.repair.duration", "unrecoverable,trades").Count);
        Assert.Equal(["connected,orderbooks", "connected,tickers", "connected,trades"], measured.TagsOf("deribit.client.connects"));
        Assert.Equal(["orderbooks,stopped", "stopped,tickers", "stopped,trades"], measured.TagsOf("deribit.client.disconnects"));
        Assert.Equal(0, measured.Of("deribit.client.connections", "orderbooks").Sum);
        AssertPage(measured);
    }

    private static void AssertLive(Measured measured)
    {
        foreach (var collector in new[] { "orderbooks", "trades", "tickers" })
        {
            Assert.Equal(1, measured.Of("deribit.client.connections", collector).Sum);
            Assert.True(measured.Of("deribit.client.frames", collector).Sum > 10);
            Assert.True(measured.Of("deribit.client.received", collector).Sum > 1_000);
            Assert.True(measured.Of("deribit.client.decode.duration", collector).Count > 10);
            Assert.True(measured.Of("deribit.client.call.duration", $"answered,{collector},public/subscribe").Count > 0);
            Assert.InRange(measured.Of("deribit.client.call_credits", collector).Last, -30_000, 30_000);
            Assert.InRange(measured.Of("marketdata.exchange.frame_age", collector).Last, 0, 30);
            Assert.InRange(measured.Of("marketdata.event.lag", $"{collector},ours").Count, 1, long.MaxValue);
            Assert.InRange(measured.Of("marketdata.event.lag", $"{collector},exchange").Count, 1, long.MaxValue);
        }

        Assert.Equal(0, measured.Of("marketdata.book.longest_unsynced", "orderbooks").Last);
        Assert.Equal(0, measured.Of("marketdata.trade.oldest_hole", "trades").Last);
        Assert.Equal(0, measured.Of("marketdata.trade.holes", "trades").Last);
        Assert.Equal(4, measured.Of("marketdata.books", "live,orderbooks").Last);
        // The simulator's clock is this machine's.
        Assert.InRange(measured.Of("marketdata.clock.offset", "orderbooks").Last, -1, 1);
        Assert.InRange(measured.Of("marketdata.clock.error", "orderbooks").Last, 0, 1);
        Assert.Equal(0, measured.Of("marketdata.clickhouse.open_circuits", "").Last);
    }

    private static void AssertPage(Measured measured)
    {
        var path = Path.Combine(RepositoryRoot.Path, "docs", "metrics.md");
        var page = MetricsPage.Write(measured.Instruments);
        if (Environment.GetEnvironmentVariable("MARKETDATA_WRITE_DOCS") == "1")
            File.WriteAllText(path, page);
        Assert.Equal(page, File.Exists(path) ? File.ReadAllText(path) : "");
        Assert.All(measured.Instruments, instrument => Assert.False(string.IsNullOrEmpty(instrument.Unit), instrument.Name));
    }

    // An archiver's instruments, and those of the telemetry itself, without anything that runs.
    private static WebApplication Archiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults(options => options.Inputs = new ConfigurationInputs
        {
            EnvironmentName = "Development",
            EnvironmentVariables = new Dictionary<string, string>
            {
                ["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:1",
                ["CLICKHOUSE_URL"] = "http://127.0.0.1:1",
                ["LOGGING__LOKI_URL"] = "http://127.0.0.1:1",
            },
        });
        builder.Services.AddClickHouseHistory().AddKafkaArchive();
        var app = builder.Build();
        _ = app.Services.GetServices<IHostedService>().Count();
        app.Logger.LogDebug("{State}", "made");
        return app;
    }
}
