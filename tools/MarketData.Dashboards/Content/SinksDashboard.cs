using MarketData.Dashboards.Model;
using static MarketData.Dashboards.Model.Query;

namespace MarketData.Dashboards.Content;

/// <summary>Kafka, Redis and the history: do they take what they are given?</summary>
internal static class SinksDashboard
{
    public static Dashboard Create() => new("sinks", "Sinks", "Do Kafka, Redis and the history take what they are given?",
    [
        new(PanelKind.TimeSeries, "Is every lane ready?", "1: ready, 0: not. The reason is in /health.",
            Prometheus("min by (collector, sink) (marketdata_lane_ready)", "{{collector}} to {{sink}}"))
        { Alert = "SinkNotReady" },
        new(PanelKind.TimeSeries, "What becomes of events?",
            "Per second. Acknowledged: the sink has it. Conflated: a newer value of its key took its place (Redis). Rejected: refused for good.",
            Prometheus("sum by (sink, outcome) (rate(marketdata_lane_events_total{outcome!=\"spilled\"}[$__rate_interval]))", "{{sink}}: {{outcome}}"))
        { Unit = Units.PerSecond, Alert = "EventsRejected" },
        new(PanelKind.TimeSeries, "How many events wait in memory?", "On their way to the sink.",
            Prometheus("sum by (collector, sink) (marketdata_lane_queued)", "{{collector}} to {{sink}}")),
        new(PanelKind.TimeSeries, "How much waits on disk for Kafka?", "Grows while Kafka is away, shrinks while it catches up.",
            Prometheus("sum by (collector) (marketdata_kafka_spill_size_bytes)", "{{collector}}"))
        { Unit = Units.Bytes, Alert = "LaneSpilling" },
        new(PanelKind.TimeSeries, "What troubles Kafka's producers?",
            "Per second. Resent: messages that a broker may hold twice. Queue full: pauses. Rebuilt: producers replaced. Kept back: events of instruments that another replica took over.",
            Prometheus("sum(rate(marketdata_kafka_resent_total[$__rate_interval]))", "resent"),
            Prometheus("sum(rate(marketdata_kafka_queue_full_total[$__rate_interval]))", "queue full"),
            Prometheus("sum(rate(marketdata_kafka_rebuilds_total[$__rate_interval]))", "rebuilt"),
            Prometheus("sum(rate(marketdata_kafka_fenced_total[$__rate_interval]))", "kept back"))
        { Unit = Units.PerSecond },
        new(PanelKind.TimeSeries, "What was refused, or became a dead letter?", "Per second. Dead letters lost: neither on their topic nor on disk; the log has each.",
            Prometheus("sum by (sink) (rate(marketdata_lane_events_total{outcome=\"rejected\"}[$__rate_interval]))", "refused by {{sink}}"),
            Prometheus("sum(rate(marketdata_kafka_dead_letters_total[$__rate_interval]))", "dead letters of collectors"),
            Prometheus("sum(rate(marketdata_kafka_dead_letters_lost_total[$__rate_interval]))", "dead letters lost"),
            Prometheus("sum(rate(marketdata_archiver_dead_letters_total[$__rate_interval]))", "dead letters of the archiver"))
        { Unit = Units.PerSecond, Alert = "EventsRejected" },
        new(PanelKind.TimeSeries, "How far is the archiver behind?", "Behind: in Kafka, not read. Waiting: read, not stored.",
            Prometheus("sum by (instance) (marketdata_archiver_lag)", "behind, {{instance}}"),
            Prometheus("sum by (instance) (marketdata_archiver_waiting)", "waiting, {{instance}}"))
        { Alert = "ArchiverFallsBehind" },
        new(PanelKind.TimeSeries, "What does the archiver store?", "Rows per second, by table.",
            Prometheus("sum by (table) (rate(marketdata_archiver_stored_total[$__rate_interval]))", "{{table}}"))
        { Unit = Units.PerSecond },
        new(PanelKind.TimeSeries, "How many tables of ClickHouse get nothing?", "Tables whose circuit breaker is open after several failures in a row.",
            Prometheus("sum by (instance) (marketdata_clickhouse_open_circuits)", "{{instance}}"))
        { RedFrom = 1, Alert = "SinkBreakerOpen" },
        new(PanelKind.Table, "How large is the history?", "From ClickHouse itself: rows and compressed bytes by table.",
            ClickHouse("""
                SELECT table AS "Table", sum(rows) AS "Rows", sum(bytes_on_disk) AS "Bytes on disk", max(modification_time) AS "Written"
                FROM system.parts
                WHERE active AND database = currentDatabase()
                GROUP BY table
                ORDER BY "Bytes on disk" DESC
                """)),
    ]);
}
