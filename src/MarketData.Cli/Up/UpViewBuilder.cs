using MarketData.Collectors;

namespace MarketData.Cli.Up;

/// <summary>
/// Puts the three collectors' views together. Comes in: the collectors. Goes out: an <see cref="UpView"/>. Owns: the counts of the last
/// look, for rates. Runs on: the display's task.
/// </summary>
internal sealed class UpViewBuilder(IReadOnlyList<Collector> collectors, TimeProvider timeProvider)
{
    private readonly long _started = timeProvider.GetTimestamp();
    private readonly Dictionary<string, long> _lastEvents = new(StringComparer.Ordinal);
    private long _lastTotal;
    private long _lastLook = timeProvider.GetTimestamp();

    public UpView Build()
    {
        var seconds = Math.Max(0.001, timeProvider.GetElapsedTime(_lastLook).TotalSeconds);
        _lastLook = timeProvider.GetTimestamp();
        var sinks = collectors.SelectMany(Sinks).OrderBy(sink => sink.Sink).ToList();
        var medianToKafka = sinks.Where(sink => sink.Sink == "kafka").Select(sink => sink.LagMedian).DefaultIfEmpty().Max();
        var lines = collectors
            .SelectMany(collector => collector.Monitor.Views())
            .GroupBy(view => view.Key, StringComparer.Ordinal)
            .Select(group => Line(group.Key, [.. group], seconds, medianToKafka))
            .OrderBy(line => line.Name, StringComparer.Ordinal)
            .ToList();
        var total = collectors.Sum(collector => collector.Monitor.Events);
        var rate = (total - _lastTotal) / seconds;
        _lastTotal = total;
        var reasons = collectors.SelectMany(collector =>
            CollectorHealth.Check(collector).Concat(CollectorHealth.Warnings(collector)).Select(reason => $"{collector.Name}: {reason}"));
        return new UpView(timeProvider.GetElapsedTime(_started), lines, sinks, total, rate, [.. reasons]);
    }

    private InstrumentLine Line(string key, List<InstrumentView> views, double seconds, TimeSpan medianToKafka)
    {
        var events = views.Sum(view => view.Events);
        var before = _lastEvents.GetValueOrDefault(key);
        _lastEvents[key] = events;
        var book = views.Find(view => view.BookState.Length > 0);
        var trade = views.Find(view => view.LastTradePrice is not null);
        var newest = views.MaxBy(view => view.LastReceivedAtUnixNs)!;
        return new InstrumentLine
        {
            Name = newest.Name,
            Book = book?.BookState ?? "",
            BestBid = book?.BestBid,
            BestAsk = book?.BestAsk,
            LastTradePrice = trade?.LastTradePrice,
            LastTradeDirection = trade?.LastTradeDirection ?? TradeDirection.Unknown,
            EventsPerSecond = (events - before) / seconds,
            Lag = newest.LastExchangeTimeUnixMs > 0 && newest.LastReceivedAtUnixNs > 0
                ? TimeSpan.FromMicroseconds((newest.LastReceivedAtUnixNs / 1000) - (newest.LastExchangeTimeUnixMs * 1000)) + medianToKafka
                : null,
            GapsOpened = views.Sum(view => view.GapsOpened),
            GapsHealed = views.Sum(view => view.GapsHealed),
        };
    }

    private static IEnumerable<SinkLine> Sinks(Collector collector) => collector.Pipeline.Lanes.Select(lane =>
    {
        var lag = lane.Lag.Snapshot();
        var counters = lane.Counters;
        return new SinkLine(lane.Name, collector.Name, lane.Status, counters.In, counters.Acknowledged, counters.Queued, counters.Conflated,
            counters.Spilled, counters.Rejected, lag.P50, lag.P99);
    });
}
