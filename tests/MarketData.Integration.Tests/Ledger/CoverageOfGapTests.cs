using Deribit.Simulator;
using Deribit.Simulator.Faults;

using LedgerRules;

using MarketData.Cli.Coverage;
using MarketData.Coverage;
using MarketData.Events;
using MarketData.Integration.Tests.Kills;
using MarketData.Integration.Tests.Rigs;
using MarketData.Kafka;

using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Integration.Tests.Ledger;

/// <summary>What <c>marketdata coverage</c> reads out of the ledger of a running system.</summary>
[Trait("kind", "integration")]
public sealed class CoverageOfGapTests
{
    private const string Key = "deribit.BTC-PERPETUAL";

    [Fact]
    public async Task Gap_of_a_book_is_named_with_its_ids_and_the_ledger_of_the_run_keeps_its_law()
    {
        await using var rig = await Rig.StartAsync(new SimulatorOptions { Seed = 53, FramesPerSecond = 200, Instruments = 3 });
        var begin = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await rig.ApplyAsync(new Fault { Kind = FaultKind.Drop, Channel = "book.BTC-PERPETUAL.100ms", Count = 1 });
        await Until.TrueAsync(
            () => rig.Topics.Integrity.Any(record => record.Key == Key && record.Text("kind") == "resynced" && record.Text("channel") == "orderbook"),
            () => "the gap to be healed");
        var end = TimeProvider.System.GetUtcNow().AddSeconds(1).ToUnixTimeMilliseconds();
        ChannelCoverage? book = null;
        await Until.TrueAsync(
            async () => (book = (await ReadAsync(rig, begin, end)).Channels[0]).Intervals[^1].State == CoverageState.Complete,
            () => $"the book to be complete again: {string.Join(", ", book?.Intervals ?? [])}");

        var resynced = rig.Topics.Integrity.Last(record => record.Key == Key && record.Text("kind") == "resynced" && record.Text("channel") == "orderbook");
        var incident = Assert.Single(book!.Incidents);
        Assert.Equal((CoverageCause.Gap, CoverageEnd.Resynced), (incident.Cause, incident.End));
        Assert.Equal((resynced.Number("from_id"), resynced.Number("to_id")), (incident.FromId!.Value, incident.ToId!.Value));
        Assert.Equal((resynced.Number("from_time"), resynced.Number("to_time")), (incident.FromUnixMs, incident.ToUnixMs!.Value));
        Assert.Contains(book.Intervals, interval => interval is { State: CoverageState.Incomplete, Cause: CoverageCause.Gap });

        await rig.StopAsync();
        await Truth.UntilAllReadAsync(rig);
        var law = new LedgerLaw();
        foreach (var record in rig.Topics.Integrity)
        {
            Assert.Equal(EventRead.Ok, EventReader.ReadIntegrity(record.Value, long.Parse(record.Headers["epoch"]), out var integrity));
            law.Tell(integrity!, record.Headers["source"]);
        }

        Assert.Empty(law.Violations);
    }

    private static Task<CoverageReport> ReadAsync(Rig rig, long from, long to)
    {
        var options = new KafkaOptions { BootstrapServers = rig.Kafka.BootstrapServers };
        var tail = new KafkaTail(options, TimeProvider.System, NullLogger<KafkaTail>.Instance);
        return new CoverageReader(tail, options.Topics, Key, everyPartition: false, TimeProvider.System).ReadAsync(from, to, TestContext.Current.CancellationToken);
    }
}
