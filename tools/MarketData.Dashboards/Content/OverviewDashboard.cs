using MarketData.Dashboards.Model;
using static MarketData.Dashboards.Model.Query;

namespace MarketData.Dashboards.Content;

/// <summary>The first look: is everything all right, and if not, where to go on.</summary>
internal static class OverviewDashboard
{
    public static Dashboard Create() => new("overview", "Overview", "Is everything all right, and if not, where to go on?",
    [
        new(PanelKind.Stat, "Does every service answer?", "Whether Prometheus gets metrics from every service that it is told of.",
            Prometheus("min(up{job=\"marketdata\"})"))
        { Width = 4, Height = 4, Words = ("No", "Yes"), Alert = "ServiceDown" },
        new(PanelKind.Stat, "How many books are out of sync?", "Books that are muted until a snapshot comes. A few for some seconds are no reason to worry.",
            Prometheus("sum(marketdata_books{state!=\"live\"})"))
        { Width = 4, Height = 4, RedFrom = 1, Alert = "BookNotLive" },
        new(PanelKind.Stat, "How many trade holes are open?", "Runs of missing trades that are being fetched.",
            Prometheus("sum(marketdata_trade_holes)"))
        { Width = 4, Height = 4, RedFrom = 1, Alert = "TradeHoleOld" },
        new(PanelKind.Stat, "Does every sink take events?", "Whether every lane to Kafka and Redis is ready.",
            Prometheus("min(marketdata_lane_ready)"))
        { Width = 4, Height = 4, Words = ("No", "Yes"), Alert = "SinkNotReady" },
        new(PanelKind.Stat, "How much waits on disk?", "Events that Kafka did not take yet. They are sent in order when it does.",
            Prometheus("sum(marketdata_kafka_spill_size_bytes)"))
        { Width = 4, Height = 4, Unit = Units.Bytes, RedFrom = 1, Alert = "LaneSpilling" },
        new(PanelKind.Stat, "How many alerts fire?", "Each has a runbook, on the dashboard Runbooks.",
            Prometheus("count(ALERTS{alertstate=\"firing\"}) or vector(0)"))
        { Width = 4, Height = 4, RedFrom = 1 },
        new(PanelKind.Table, "Which alerts fire?", "Empty when all is well. What to do: the dashboard Runbooks.",
            Prometheus("sum by (alertname, severity, instance, collector, sink) (ALERTS{alertstate=\"firing\"})"))
        { Width = 24, Height = 5 },
        new(PanelKind.TimeSeries, "How many events arrive?", "Events taken from the exchange, per second. A collector that falls to zero has lost its connection or its instruments.",
            Prometheus("sum by (collector) (rate(marketdata_collector_events_total[$__rate_interval]))", "{{collector}}"))
        { Unit = Units.PerSecond, Alert = "ExchangeSilent" },
        new(PanelKind.TimeSeries, "How late is an event when a sink has it?",
            "From receipt to the sink's acknowledgement: 99 of 100 events are faster. The dashboard Latency takes it apart.",
            Quantile("0.99", "marketdata_lane_lag_seconds", "sink", "{{sink}}"))
        { Unit = Units.Seconds },
        new(PanelKind.TimeSeries, "What was refused, or could not be used?",
            "Per second. Refused: a sink did not take an event, for good. Dead letters: frames and records that could not be used. Lost: Kafka had deleted records before the archiver came.",
            Prometheus("sum(rate(marketdata_lane_events_total{outcome=\"rejected\"}[$__rate_interval]))", "refused"),
            Prometheus("sum(rate(marketdata_kafka_dead_letters_total[$__rate_interval]))", "dead letters of collectors"),
            Prometheus("sum(rate(marketdata_archiver_dead_letters_total[$__rate_interval]))", "dead letters of the archiver"),
            Prometheus("sum(rate(marketdata_archiver_lost_total[$__rate_interval]))", "lost to the history"))
        { Unit = Units.PerSecond, Alert = "EventsRejected" },
        new(PanelKind.TimeSeries, "How far is the archiver behind?", "Records in Kafka that the archiver has not read.",
            Prometheus("sum by (instance) (marketdata_archiver_lag)", "{{instance}}"))
        { Alert = "ArchiverFallsBehind" },
        new(PanelKind.TimeSeries, "How much processor time do the services take?", "Processors in use, by service.",
            Prometheus("sum by (instance) (rate(dotnet_process_cpu_time_seconds_total{job=\"marketdata\"}[$__rate_interval]))", "{{instance}}")),
        new(PanelKind.TimeSeries, "How much memory do the services take?", "Their working sets.",
            Prometheus("sum by (instance) (dotnet_process_memory_working_set_bytes{job=\"marketdata\"})", "{{instance}}"))
        { Unit = Units.Bytes },
    ]);
}
