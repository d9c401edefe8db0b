using MarketData.Dashboards.Model;
using static MarketData.Dashboards.Model.Query;

namespace MarketData.Dashboards.Content;

/// <summary>The trade tape: holes, repairs, and what could not be repaired.</summary>
internal static class TradesDashboard
{
    public static Dashboard Create() => new("trades", "Trades and gaps", "Is the trade tape complete, and what is being done about holes?",
    [
        new(PanelKind.TimeSeries, "How many holes are open?", "Runs of missing trades that are being fetched, by collector.",
            Prometheus("sum by (collector) (marketdata_trade_holes)", "{{collector}}"))
        { Alert = "TradeHoleOld" },
        new(PanelKind.TimeSeries, "How old is the oldest hole?", "Zero when there is none. At the line an alert fires.",
            Prometheus("max by (collector) (marketdata_trade_oldest_hole_seconds)", "{{collector}}"))
        { Unit = Units.Seconds, RedFrom = 60, Alert = "TradeHoleOld" },
        new(PanelKind.TimeSeries, "How many trades are missing, or wait?", "Missing: known not to be there. Waiting: held so that they come out in sequence.",
            Prometheus("sum by (state) (marketdata_trades)", "{{state}}")),
        new(PanelKind.TimeSeries, "What happens to the tape?",
            "Per second. Gap: numbers are missing. Fetched: trades that were asked for. Backfilled: holes that are closed. Given up: the exchange has them no more.",
            Prometheus("sum by (kind) (rate(marketdata_trade_incidents_total[$__rate_interval]))", "{{kind}}"))
        { Unit = Units.PerSecond },
        new(PanelKind.TimeSeries, "How long does a repair take, and how does it end?", "99 of 100 are faster, of all since the collector's start. Before the first hole there is nothing to see.",
            QuantileOfAll("0.99", "marketdata_trade_repair_duration_seconds", "outcome", "{{outcome}}"))
        { Unit = Units.Seconds },
        new(PanelKind.TimeSeries, "Is every instrument collected by somebody?",
            "Partitions of the symbols: what each replica holds, and those whose owner does not renew its claim.",
            Prometheus("sum by (collector, instance) (marketdata_replica_partitions)", "{{collector}} {{instance}}"),
            Prometheus("max by (collector) (marketdata_replica_silent_partitions)", "nobody's, of {{collector}}"))
        { Alert = "InstrumentsUncollected" },
        new(PanelKind.Table, "What does the ledger say of trades?", "From the history: holes, repairs and what could not be repaired, the latest first.",
            ClickHouse("""
                SELECT received_at AS "When", instrument_name AS "Instrument", kind AS "What", from_id AS "From", to_id AS "To", detail AS "Detail"
                FROM integrity FINAL
                WHERE $__timeFilter(received_at) AND channel = 'trade' AND kind IN ('trade_gap', 'backfilled', 'unrecoverable', 'rejected')
                ORDER BY received_at DESC
                LIMIT 100
                """))
        { Width = 24 },
        new(PanelKind.TimeSeries, "What was $instrument traded at?", "From the history: the last price of each minute.",
            ClickHouse("""
                SELECT time, toFloat64(close) AS "price"
                FROM candles_1m
                WHERE $__timeFilter(time) AND instrument_name = ${instrument:singlequote}
                ORDER BY time
                """)),
        new(PanelKind.TimeSeries, "How much of $instrument was traded?", "From the history: the sum of each minute, in the exchange's unit of amount.",
            ClickHouse("""
                SELECT time, toFloat64(volume) AS "volume", toFloat64(trades) AS "trades"
                FROM candles_1m
                WHERE $__timeFilter(time) AND instrument_name = ${instrument:singlequote}
                ORDER BY time
                """)),
    ])
    {
        Variables = [new Variable.FromClickHouse("instrument", "Instrument", "SELECT DISTINCT instrument_name FROM candles_1m_state ORDER BY instrument_name")],
    };
}
