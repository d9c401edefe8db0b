using MarketData.Dashboards.Model;
using static MarketData.Dashboards.Model.Query;

namespace MarketData.Dashboards.Content;

/// <summary>The logs of all services.</summary>
internal static class LogsDashboard
{
    public static Dashboard Create() => new("logs", "Logs", "What do the services say?",
    [
        new(PanelKind.TimeSeries, "How much is logged, and how bad is it?", "Records in each step, by level.",
            Loki("sum by (detected_level) (count_over_time({service_name=~\"$service\"} [$__auto]))", "{{detected_level}}")),
        new(PanelKind.TimeSeries, "Which services log?", "Records in each step, by service.",
            Loki("sum by (service_name) (count_over_time({service_name=~\".+\"} [$__auto]))", "{{service_name}}")),
        new(PanelKind.Logs, "What do they say?", "The records of the chosen services and levels that hold the text.",
            Loki("{service_name=~\"$service\"} | detected_level=~\"$level\" |= \"$text\""))
        { Width = 24, Height = 16 },
        new(PanelKind.TimeSeries, "Which warnings and errors recur?", "The ten most frequent, by the category that logs them.",
            Loki("topk(10, sum by (scope_name) (count_over_time({service_name=~\"$service\"} | detected_level=~\"warn|error|fatal\" [$__auto])))", "{{scope_name}}")),
        new(PanelKind.TimeSeries, "How many records did not arrive here?", "Per second. Loki was away or refused (not taken), or the queue before it was full. The console log has them.",
            Prometheus("sum(rate(marketdata_telemetry_undelivered_total[$__rate_interval])) or vector(0)", "not taken"),
            Prometheus("sum(rate(otel_sdk_processor_log_processed_total{error_type=\"queue_full\"}[$__rate_interval])) or vector(0)", "queue full"))
        { Unit = Units.PerSecond, Alert = "LogRecordsLost" },
    ])
    {
        Variables =
        [
            new Variable.FromLoki("service", "Service", "service_name"),
            new Variable.Choice("level", "Level", ["trace", "debug", "info", "warn", "error", "fatal"]),
            new Variable.Text("text", "Text"),
        ],
    };
}
