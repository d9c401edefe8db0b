using MarketData.Dashboards.Model;
using static MarketData.Dashboards.Model.Query;

namespace MarketData.Dashboards.Content;

/// <summary>Order books: live or not, why not, and how fast they heal.</summary>
internal static class BooksDashboard
{
    public static Dashboard Create() => new("books", "Books", "Are the order books live, why not, and how fast do they heal?",
    [
        new(PanelKind.TimeSeries, "How many books are live?",
            "Live: verified and published. Resyncing: waiting for a snapshot, muted. Quarantined: what came was wrong, muted.",
            Prometheus("sum by (state) (marketdata_books)", "{{state}}"))
        { Alert = "BookNotLive" },
        new(PanelKind.TimeSeries, "How long has the worst book been out of sync?", "Zero when all are live. At the line an alert fires.",
            Prometheus("max by (collector) (marketdata_book_longest_unsynced_seconds)", "{{collector}}"))
        { Unit = Units.Seconds, RedFrom = 10, Alert = "BookNotLive" },
        new(PanelKind.TimeSeries, "What happens to books?",
            "Per second. Gap: the chain of changes broke. Healed: a snapshot came. Crossed, rejected: the frame was wrong. Stale: an old frame was passed over.",
            Prometheus("sum by (kind) (rate(marketdata_book_incidents_total[$__rate_interval]))", "{{kind}}"))
        { Unit = Units.PerSecond },
        new(PanelKind.TimeSeries, "How long does a book take to heal?", "From the gap to live again, of all gaps since the collector's start. Before the first there is nothing to see.",
            QuantileOfAll("0.5", "marketdata_book_heal_duration_seconds", "collector", "{{collector}}: half are faster"),
            QuantileOfAll("0.99", "marketdata_book_heal_duration_seconds", "collector", "{{collector}}: 99 of 100 are faster"))
        { Unit = Units.Seconds },
        new(PanelKind.TimeSeries, "Which channels does the exchange not acknowledge?", "Channels that were asked for and are not subscribed, by collector.",
            Prometheus("sum by (collector) (marketdata_channels_missing)", "{{collector}}")),
        new(PanelKind.Table, "Which books had gaps?", "From the history: what the ledger says of the displayed time.",
            ClickHouse("""
                SELECT instrument_name AS "Instrument", countIf(kind = 'gap') AS "Gaps", countIf(kind = 'resynced') AS "Healed",
                  countIf(kind IN ('quarantined', 'rejected')) AS "Wrong", max(received_at) AS "Last"
                FROM integrity FINAL
                WHERE $__timeFilter(received_at) AND channel = 'orderbook'
                GROUP BY instrument_name
                HAVING "Gaps" + "Wrong" > 0
                ORDER BY "Gaps" DESC
                LIMIT 20
                """)),
        new(PanelKind.TimeSeries, "What were the best prices of $instrument?", "From the history: the last top of the book in each second.",
            ClickHouse("""
                SELECT time, toFloat64(best_bid_price) AS "best bid", toFloat64(best_ask_price) AS "best ask"
                FROM top_of_book_1s
                WHERE $__timeFilter(time) AND instrument_name = ${instrument:singlequote}
                ORDER BY time
                """))
        { Width = 24 },
    ])
    {
        Variables = [new Variable.FromClickHouse("instrument", "Instrument", "SELECT DISTINCT instrument_name FROM top_of_book_1s_state ORDER BY instrument_name")],
    };
}
