using System.Diagnostics.Metrics;

using MarketData.Events;
using MarketData.Exchanges;
using MarketData.Pipeline;

namespace MarketData.Collectors;

/// <summary>
/// A collector's meter, <c>marketdata.collector</c>. Comes in: the counters that the rooms keep anyway. Goes out: observable instruments, read
/// on the exporter's thread. Owns: the meter. On the way of an event only its lags are recorded, while somebody listens.
/// </summary>
internal sealed class CollectorMetrics
{
    public const string MeterName = "marketdata.collector";

    private const long NsPerMs = 1_000_000;
    private const double NsPerSecond = 1e9;

    private static readonly double[] s_lagBuckets =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private static readonly double[] s_repairBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
    private static readonly KeyValuePair<string, object?> s_exchange = new("part", "exchange");
    private static readonly KeyValuePair<string, object?> s_ours = new("part", "ours");

    private readonly TimeProvider _time;
    private readonly IncidentClock _incidents;
    private readonly Histogram<double> _lag;
    private readonly Histogram<double> _heal;
    private readonly Histogram<double> _repair;
    private readonly KeyValuePair<string, object?> _collector;
    private readonly Collector _source;

    public CollectorMetrics(IMeterFactory meters, Collector source, TimeProvider time)
    {
        (_time, _incidents) = (time, new IncidentClock(time));
        (_source, _collector) = (source, new("collector", source.Name));
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("marketdata.lane.events", LaneEvents, "{event}", "Events of each lane by what became of them.");
        meter.CreateObservableGauge(
            "marketdata.lane.queued", () => Lanes(lane => lane.Counters.Queued), "{event}", "Events on their way to the sink.");
        meter.CreateObservableGauge(
            "marketdata.lane.ready", () => Lanes(lane => lane.Status.State == LaneState.Ready ? 1 : 0), "1", "1 when the lane is ready, else 0.");
        meter.CreateObservableCounter(
            "marketdata.collector.events", () => One(_source.Monitor.Events), "{event}", "Events taken from the exchange.");
        meter.CreateObservableGauge(
            "marketdata.collector.paused", () => One(_source.IsPaused ? 1 : 0), "1", "1 while an operator has paused the collector, else 0.");
        meter.CreateObservableGauge("marketdata.books", Books, "{book}", "Order books by state.");
        meter.CreateObservableCounter("marketdata.book.incidents", BookIncidents, "{incident}", "What happened to order books, by kind.");
        meter.CreateObservableCounter("marketdata.trade.incidents", TradeIncidents, "{incident}", "What happened to the trade tape, by kind.");
        meter.CreateObservableGauge("marketdata.trades", Trades, "{trade}", "Trades that are missing or wait for missing ones, by state.");
        meter.CreateObservableGauge(
            "marketdata.trade.holes", () => One(_source.ExchangeStatus.Trades.OpenHoles), "{hole}", "Holes in trade tapes that are being repaired.");
        Seconds("marketdata.trade.oldest_hole", status => status.OldestHole, "Since when the oldest of these holes is known; 0 when there is none.");
        Seconds("marketdata.book.longest_unsynced", status => status.LongestUnsynced,
            "How long the book that is out of sync for longest has been so; 0 when all are live.");
        Seconds("marketdata.exchange.frame_age", status => status.FrameAge, "Since when the connection that is silent for longest has brought no frame.");
        Seconds("marketdata.clock.offset", status => status.ClockOffset, "How far our clock is behind the exchange's; negative when it is ahead.");
        Seconds("marketdata.clock.error", status => status.ClockOffset is null ? null : status.ClockError, "How far the offset may be off, either way.");
        _lag = Durations(meter, "marketdata.event.lag", s_lagBuckets,
            "Age of changes, live trades and tickers: the exchange's part (its time to our receive), and ours (receive to handed to the lanes).");
        _heal = Durations(meter, "marketdata.book.heal.duration", s_repairBuckets, "Time from the loss of a book to its healing, by what began it.");
        _repair = Durations(meter, "marketdata.trade.repair.duration", s_repairBuckets, "Time from the finding of a hole to its end, by outcome.");
        var laneLag = Durations(meter, "marketdata.lane.lag", s_lagBuckets, "Time from the receive of an event to the sink's acknowledgement.");
        foreach (var lane in source.Pipeline.Lanes)
        {
            var sink = new KeyValuePair<string, object?>("sink", lane.Name);
            lane.Lag.ShowTo(lag => laneLag.Record(lag.TotalSeconds, _collector, sink));
        }

        meter.CreateObservableGauge(
            "marketdata.channels.missing",
            () => One(_source.ExchangeStatus.ChannelsWanted - _source.ExchangeStatus.ChannelsAcknowledged),
            "{channel}",
            "Channels that the exchange has not acknowledged.");
        return;

        void Seconds(string name, Func<ExchangeStatus, TimeSpan?> value, string description) => meter.CreateObservableGauge(
            name, () => SecondsOf(value(_source.ExchangeStatus)), "s", description);
    }

    /// <summary>Measures one event that is handed to the lanes now. Called by the collector's pump.</summary>
    /// <param name="marketEvent">The event.</param>
    public void Observe(MarketDataEvent marketEvent)
    {
        switch (marketEvent)
        {
            case IntegrityEvent integrity:
                Incidents(integrity);
                break;
            // What is published again or fetched is as old as it is.
            case TradeEvent { Source: TradeSource.Backfill } or OrderBookEvent { Action: BookAction.Snapshot }:
                break;
            case { ReceivedAtUnixNs: > 0, ExchangeTimeUnixMs: > 0 } when _lag.Enabled:
                var nowUnixNs = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
                // A clock that was set back makes a lag negative: that is no lag. How far off it is has a metric of its own.
                _lag.Record(Math.Max(0, marketEvent.ReceivedAtUnixNs - (marketEvent.ExchangeTimeUnixMs * NsPerMs)) / NsPerSecond, _collector, s_exchange);
                _lag.Record(Math.Max(0, nowUnixNs - marketEvent.ReceivedAtUnixNs) / NsPerSecond, _collector, s_ours);
                break;
        }
    }

    private void Incidents(IntegrityEvent integrity)
    {
        var closed = integrity.Channel == "orderbook" ? _incidents.Book(integrity) : _incidents.Trades(integrity);
        if (closed is not { } end)
            return;
        if (integrity.Kind == IntegrityKind.Resynced)
            _heal.Record(end.Duration.TotalSeconds, _collector, new("kind", EventJson.KindName(end.OpenedBy)));
        else
            _repair.Record(end.Duration.TotalSeconds, _collector, new("outcome", EventJson.KindName(integrity.Kind)));
    }

    private static Histogram<double> Durations(Meter meter, string name, double[] buckets, string description) =>
        meter.CreateHistogram(name, "s", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    private IEnumerable<Measurement<double>> SecondsOf(TimeSpan? span) =>
        span is { } known ? [new Measurement<double>(known.TotalSeconds, _collector)] : [];

    private IEnumerable<Measurement<long>> LaneEvents()
    {
        foreach (var lane in _source.Pipeline.Lanes)
        {
            var counters = lane.Counters;
            yield return Of(lane, "acknowledged", counters.Acknowledged);
            yield return Of(lane, "conflated", counters.Conflated);
            yield return Of(lane, "spilled", counters.Spilled);
            yield return Of(lane, "rejected", counters.Rejected);
        }
    }

    private IEnumerable<Measurement<long>> Books()
    {
        var status = _source.ExchangeStatus;
        yield return new Measurement<long>(status.BooksLive, _collector, new("state", "live"));
        yield return new Measurement<long>(status.BooksResyncing, _collector, new("state", "resyncing"));
        yield return new Measurement<long>(status.BooksQuarantined, _collector, new("state", "quarantined"));
    }

    private IEnumerable<Measurement<long>> BookIncidents()
    {
        var books = _source.ExchangeStatus.Books;
        return Kinds(
            ("gap", books.Gaps), ("healed", books.Healed), ("stale_ignored", books.StaleIgnored), ("held_back", books.HeldBack),
            ("rejected", books.Rejected), ("crossed", books.Crossed), ("locked", books.Locked), ("unknown_delete", books.UnknownDeletes));
    }

    private IEnumerable<Measurement<long>> TradeIncidents()
    {
        var trades = _source.ExchangeStatus.Trades;
        return Kinds(
            ("duplicate", trades.Duplicates), ("gap", trades.Gaps), ("fetched", trades.Fetched), ("backfilled", trades.Backfilled),
            ("given_up", trades.GivenUp), ("restarted", trades.Restarts));
    }

    private IEnumerable<Measurement<long>> Trades()
    {
        var trades = _source.ExchangeStatus.Trades;
        yield return new Measurement<long>(trades.Missing, _collector, new("state", "missing"));
        yield return new Measurement<long>(trades.Waiting, _collector, new("state", "waiting"));
    }

    private IEnumerable<Measurement<long>> Kinds(params (string Kind, long Value)[] kinds) =>
        kinds.Select(one => new Measurement<long>(one.Value, _collector, new("kind", one.Kind)));

    private IEnumerable<Measurement<long>> Lanes(Func<ILane, long> value) =>
        _source.Pipeline.Lanes.Select(lane => new Measurement<long>(value(lane), _collector, new("sink", lane.Name)));

    private Measurement<long> Of(ILane lane, string outcome, long value) =>
        new(value, _collector, new("sink", lane.Name), new("outcome", outcome));

    private Measurement<long> One(long value) => new(value, _collector);
}
