using MarketData.Collectors;
using MarketData.Kafka;

namespace MarketData.Cli.Up;

/// <summary>
/// Puts the three collectors' views together. Comes in: the collectors, and the archiver if there is one. Goes out: an <see cref="UpView"/>. Owns: the counts of the last
/// look, for rates. Runs on: the display's task.
/// </summary>
internal sealed class UpViewBuilder(IReadOnlyList<Collector> collectors, UpArchive? archive, TimeProvider timeProvider)
{
    private readonly long _started = timeProvider.GetTimestamp();
    private EventRates _rates = new(1);
    private long _lastTotal;
    private long _lastLook = timeProvider.GetTimestamp();

    public UpView Build()
    {
        var seconds = Math.Max(0.001, timeProvider.GetElapsedTime(_lastLook).TotalSeconds);
        _lastLook = timeProvider.GetTimestamp();
        _rates = _rates.Next(seconds);
        var sinks = collectors.SelectMany(Sinks).OrderBy(sink => sink.Sink).ToList();
        if (archive is not null)
            sinks.Add(archive.Line);
        var medianToKafka = sinks.Where(sink => sink.Sink == "kafka").Select(sink => sink.LagMedian ?? default).DefaultIfEmpty().Max();
        var lines = collectors
            .SelectMany(collector => collector.Monitor.Views().Select(view => (Collector: collector, View: view)))
            .GroupBy(row => row.View.Key, StringComparer.Ordinal)
            .Select(group => InstrumentLine.Of(
                [.. group.Select(row => row.View)],
                group.Sum(row => _rates.PerSecond(row.Collector.Name, group.Key, row.View.Events)), medianToKafka, IsElsewhere(group.Key)))
            .OrderBy(line => line.Name, StringComparer.Ordinal)
            .ToList();
        var total = collectors.Sum(collector => collector.Monitor.Events);
        var rate = (total - _lastTotal) / seconds;
        _lastTotal = total;
        var reasons = Together(collectors.SelectMany(collector =>
            CollectorHealth.Check(collector).Concat(CollectorHealth.Warnings(collector)).Select(reason => (collector.Name, reason)))
            .Concat((archive?.Reasons ?? []).Select(reason => ("archiver", reason))));
        return new UpView(timeProvider.GetElapsedTime(_started), lines, sinks, total, rate, [.. reasons]);
    }

    /// <summary>What several collectors say in the same words is one line; who they are stands last, where a narrow terminal may cut.</summary>
    internal static IEnumerable<string> Together(IEnumerable<(string Collector, string Reason)> reasons) =>
        reasons.GroupBy(one => one.Reason, StringComparer.Ordinal).Select(group => $"{group.Key} ({string.Join(", ", group.Select(one => one.Collector))})");

    private bool IsElsewhere(string key) =>
        collectors.Any(collector => collector.Kinds.HasFlag(DataKind.OrderBook) && collector.Elsewhere.Contains(key));

    private static IEnumerable<SinkLine> Sinks(Collector collector) => collector.Pipeline.Lanes.Select(lane =>
    {
        var lag = lane.Lag.Snapshot();
        var counters = lane.Counters;
        return new SinkLine(lane.Name, collector.Name, lane.Status, counters.In, counters.Acknowledged, counters.Queued, counters.Conflated,
            counters.Spilled, counters.Rejected, lag.P50, lag.P99)
        {
            Lost = counters.Lost,
            Fenced = (lane as KafkaLane)?.KafkaCounters.Fenced ?? 0,
            DeadLettersLost = (lane as KafkaLane)?.KafkaCounters.DeadLettersLost ?? 0,
        };
    });
}
