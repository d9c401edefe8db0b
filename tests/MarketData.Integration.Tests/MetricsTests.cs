using System.Diagnostics.Metrics;

using Deribit.Simulator;

using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests;

[Trait("kind", "integration")]
[Collection(Alone.Name)]
public sealed class MetricsTests
{
    private static readonly string[] Names =
    [
        "marketdata.lane.events", "marketdata.lane.queued", "marketdata.lane.ready", "marketdata.collector.events", "marketdata.books",
        "marketdata.book.incidents", "marketdata.trade.incidents", "marketdata.trades", "marketdata.channels.missing",
        "marketdata.kafka.queue_full", "marketdata.kafka.dead_letters", "marketdata.kafka.dead_letters_lost", "marketdata.kafka.rebuilds",
        "marketdata.kafka.resent", "marketdata.kafka.fenced", "marketdata.kafka.spilled", "marketdata.kafka.spill_size",
        "marketdata.replica.partitions", "marketdata.replica.rebalances", "marketdata.replica.silent_partitions", "marketdata.replica.lease_age",
    ];

    [Fact]
    public async Task Metrics_have_their_names_and_units_and_say_what_the_counters_say()
    {
        var units = new Dictionary<string, string?>();
        var values = new Dictionary<(string Name, string Tags), long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (!instrument.Meter.Name.StartsWith("marketdata.", StringComparison.Ordinal))
                return;
            lock (units)
                units[instrument.Name] = instrument.Unit;
            self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            values[(instrument.Name, string.Join(",", tags.ToArray().Select(tag => $"{tag.Value}").Order(StringComparer.Ordinal)))] = value);
        listener.Start();
        await using var rig = await Rig.StartAsync(new SimulatorOptions { Instruments = 4, FramesPerSecond = 100 });
        await Until.TrueAsync(() => rig.OrderBooks.Monitor.Events > 20, () => "events");
        Assert.True(await rig.StopAsync());

        listener.RecordObservableInstruments();
        Assert.Equal(Names.Order(StringComparer.Ordinal), units.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("{event}", units["marketdata.lane.events"]);
        Assert.Equal("{book}", units["marketdata.books"]);
        Assert.Equal("{pause}", units["marketdata.kafka.queue_full"]);
        var kafka = rig.OrderBooks.Pipeline.Lanes.Single(lane => lane.Name == "kafka").Counters;
        Assert.Equal(kafka.Acknowledged, values[("marketdata.lane.events", "acknowledged,kafka,orderbooks")]);
        Assert.Equal(rig.OrderBooks.Monitor.Events, values[("marketdata.collector.events", "orderbooks")]);
    }
}
