using System.Text;

using Deribit.Simulator;
using Deribit.Simulator.Faults;

using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests.Telemetry;

/// <summary>What a receiver of OTLP gets of a running <c>up</c>.</summary>
[Trait("kind", "integration")]
public sealed class OtlpTests
{
    private const string Name = "BTC-PERPETUAL";

    [Fact]
    public async Task Traces_of_a_resync_and_a_repair_the_metrics_and_the_log_of_up_arrive()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = 4, FramesPerSecond = 100 }, TestContext.Current.CancellationToken);
        await using var up = await UpProcess.StartAsync(["--exchange", "live", "--symbols", "*"], new Dictionary<string, string>
        {
            ["EXCHANGES__DERIBIT__WS_URL"] = simulator.WebSocketUri.ToString(),
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        });
        await Until.TrueAsync(() => Holds(receiver, "marketdata.books"), () => up.Process.Everything);
        simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"book.{Name}.*" });
        await Until.TrueAsync(
            () =>
            {
                // A tape that has not begun yet misses nothing: again, until one does.
                simulator.Faults.Add(new Fault { Kind = FaultKind.Drop, Channel = $"trades.{Name}.*" });
                simulator.Market.Trade(Name);
                simulator.Market.Trade(Name);
                return Find(receiver, "book.resync") is not null && Find(receiver, "trades.repair") is not null;
            },
            () => "a resync and a repair; there are " + string.Join(", ", receiver.Spans.Select(span => span.Name)) + up.Process.Everything,
            look: TimeSpan.FromMilliseconds(500));

        // Each is one trace, from the fault down to the calls that mended it.
        var spans = receiver.Spans;
        AssertTree(spans, Find(receiver, "book.resync")!, "book.resubscribe", "public/subscribe");
        AssertTree(spans, Find(receiver, "trades.repair")!, "trades.fetch", "public/get_last_trades_by_instrument");
        Assert.Contains(spans, span => span is { Name: "deribit.connect", Parent: null });
        foreach (var metric in new[] { "marketdata.book.heal.duration", "marketdata.lane.lag", "deribit.client.frames", "dotnet.gc.collections" })
            await Until.TrueAsync(() => Holds(receiver, metric), () => metric);
        Assert.True(Holds(receiver, "chain broke") || Holds(receiver, "resync"), "The log names the fault.");
        await up.Process.SignalAsync("TERM");
        Assert.True(await up.Process.ExitAsync() == 0, up.Process.Everything);
    }

    private static OtlpSpan? Find(OtlpReceiver receiver, string name) =>
        receiver.Spans.FirstOrDefault(span => span.Name == name && receiver.Spans.Any(child => child.Parent == span.Id));

    private static void AssertTree(IReadOnlyList<OtlpSpan> spans, OtlpSpan root, string child, string call)
    {
        Assert.Null(root.Parent);
        var below = spans.Where(span => span.Parent == root.Id).ToList();
        Assert.Contains(below, span => span.Name == child);
        var calls = spans.Where(span => below.Exists(one => one.Id == span.Parent)).ToList();
        Assert.Contains(calls, span => span.Name == call && span.Trace == root.Trace);
    }

    private static bool Holds(OtlpReceiver receiver, string text) =>
        receiver.Bodies.Any(body => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
}
