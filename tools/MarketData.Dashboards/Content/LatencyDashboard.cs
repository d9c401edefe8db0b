using MarketData.Dashboards.Model;
using static MarketData.Dashboards.Model.Query;

namespace MarketData.Dashboards.Content;

/// <summary>Where time goes between the exchange and a sink, and how the connection does.</summary>
internal static class LatencyDashboard
{
    public static Dashboard Create() => new("latency", "Latency", "How late are events, and whose share is it?",
    [
        new(PanelKind.TimeSeries, "Whose is the delay?",
            "Exchange: from its timestamp to our receipt, with both clocks' errors. Ours: from receipt to the lanes. 99 of 100 events are faster.",
            Quantile("0.99", "marketdata_event_lag_seconds", "part", "{{part}}"))
        { Unit = Units.Seconds },
        new(PanelKind.TimeSeries, "When does a sink have an event?", "From receipt to the sink's acknowledgement.",
            Quantile("0.5", "marketdata_lane_lag_seconds", "sink", "{{sink}}: half are faster"),
            Quantile("0.99", "marketdata_lane_lag_seconds", "sink", "{{sink}}: 99 of 100 are faster"))
        { Unit = Units.Seconds },
        new(PanelKind.TimeSeries, "How long does decoding a frame take?", "Half, and 99 of 100 frames, are faster.",
            Quantile("0.5", "deribit_client_decode_duration_seconds", "", "half"),
            Quantile("0.99", "deribit_client_decode_duration_seconds", "", "99 of 100"))
        { Unit = Units.Seconds },
        new(PanelKind.TimeSeries, "How far is our clock off?", "Positive: ours is behind the exchange's. The error is how well that is known.",
            Prometheus("max by (instance) (marketdata_clock_offset_seconds)", "offset, {{instance}}"),
            Prometheus("max by (instance) (marketdata_clock_error_seconds)", "error, {{instance}}"))
        { Unit = Units.Seconds, Alert = "ClockSkewed" },
        new(PanelKind.TimeSeries, "How long has the exchange been silent?", "On the connection that has been silent longest. At the line an alert fires.",
            Prometheus("max by (collector) (marketdata_exchange_frame_age_seconds)", "{{collector}}"))
        { Unit = Units.Seconds, RedFrom = 35, Alert = "ExchangeSilent" },
        new(PanelKind.TimeSeries, "How many frames arrive?", "Per second, of any kind.",
            Prometheus("sum by (instance) (rate(deribit_client_frames_total[$__rate_interval]))", "{{instance}}"))
        { Unit = Units.PerSecond },
        new(PanelKind.TimeSeries, "How many bytes arrive?", "Of the messages, after decompression.",
            Prometheus("sum by (instance) (rate(deribit_client_received_bytes_total[$__rate_interval]))", "{{instance}}"))
        { Unit = Units.BytesPerSecond },
        new(PanelKind.TimeSeries, "How many connections are open?", "To the exchange, and how many were opened per second.",
            Prometheus("sum by (instance) (deribit_client_connections)", "open, {{instance}}"),
            Prometheus("sum by (instance) (rate(deribit_client_connects_total[$__rate_interval]))", "opened per second, {{instance}}")),
        new(PanelKind.TimeSeries, "Why do connections end?", "Per second, by reason. Empty when none has ended since the start.",
            Prometheus("sum by (reason) (rate(deribit_client_disconnects_total[$__rate_interval]))", "{{reason}}"))
        { Unit = Units.PerSecond, Alert = "ExchangeSilent" },
        new(PanelKind.TimeSeries, "How fast does the exchange answer calls?", "99 of 100 calls are faster, by method.",
            Quantile("0.99", "deribit_client_call_duration_seconds", "method", "{{method}}"))
        { Unit = Units.Seconds },
        new(PanelKind.TimeSeries, "How much of the call budget is left?", "Credits. At zero, calls wait: subscriptions, repairs and audits become slow.",
            Prometheus("min by (instance) (deribit_client_call_credits)", "{{instance}}")),
        new(PanelKind.Table, "Which instruments arrive late?", "From the history: from the exchange's timestamp of a ticker to our receipt, in milliseconds.",
            ClickHouse("""
                SELECT instrument_name AS "Instrument", count() AS "Tickers", quantile(0.5)(lag) AS "Half within", quantile(0.99)(lag) AS "99 of 100 within"
                FROM (SELECT instrument_name, dateDiff('millisecond', timestamp, received_at) AS lag FROM tickers WHERE $__timeFilter(received_at))
                GROUP BY instrument_name
                ORDER BY "99 of 100 within" DESC
                LIMIT 20
                """)),
    ]);
}
