using System.Diagnostics.Metrics;

using MarketData.Pipeline;

namespace MarketData.Collectors;

/// <summary>
/// A collector's meter, <c>marketdata.collector</c>. Comes in: the counters that the rooms keep anyway. Goes out: observable instruments, read
/// on the exporter's thread. Owns: the meter. Nothing is added on the way of an event.
/// </summary>
internal sealed class CollectorMetrics
{
    public const string MeterName = "marketdata.collector";

    private readonly KeyValuePair<string, object?> _collector;
    private readonly Collector _source;

    public CollectorMetrics(IMeterFactory meters, Collector source)
    {
        (_source, _collector) = (source, new("collector", source.Name));
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("marketdata.lane.events", LaneEvents, "{event}", "Events of each lane by what became of them.");
        meter.CreateObservableGauge(
            "marketdata.lane.queued", () => Lanes(lane => lane.Counters.Queued), "{event}", "Events on their way to the sink.");
        meter.CreateObservableGauge(
            "marketdata.lane.ready", () => Lanes(lane => lane.Status.State == LaneState.Ready ? 1 : 0), "1", "1 when the lane is ready, else 0.");
        meter.CreateObservableCounter(
            "marketdata.collector.events", () => One(_source.Monitor.Events), "{event}", "Events taken from the exchange.");
        meter.CreateObservableGauge("marketdata.books", Books, "{book}", "Order books by state.");
        meter.CreateObservableCounter("marketdata.book.incidents", BookIncidents, "{incident}", "What happened to order books, by kind.");
        meter.CreateObservableCounter("marketdata.trade.incidents", TradeIncidents, "{incident}", "What happened to the trade tape, by kind.");
        meter.CreateObservableGauge("marketdata.trades", Trades, "{trade}", "Trades that are missing or wait for missing ones, by state.");
        meter.CreateObservableGauge(
            "marketdata.channels.missing",
            () => One(_source.ExchangeStatus.ChannelsWanted - _source.ExchangeStatus.ChannelsAcknowledged),
            "{channel}",
            "Channels that the exchange has not acknowledged.");
    }

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
