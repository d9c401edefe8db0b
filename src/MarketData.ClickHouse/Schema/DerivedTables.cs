using MarketData.History;

namespace MarketData.ClickHouse.Schema;

/// <summary>
/// What the migrations derive from the tables. The code never writes to these, ClickHouse does with every insert; without one of the feeds it
/// would go on without a word, and the tables would lack rows.
/// </summary>
internal static class DerivedTables
{
    private static readonly (string Name, string Engine)[] _all =
    [
        ("candles_1s_state", "AggregatingMergeTree"),
        ("candles_1m_state", "AggregatingMergeTree"),
        ("top_of_book_1s_state", "ReplacingMergeTree"),
        ("candles_1s_feed", "MaterializedView"),
        ("candles_1m_feed", "MaterializedView"),
        ("top_of_book_1s_from_updates", "MaterializedView"),
        ("top_of_book_1s_from_snapshots", "MaterializedView"),
        ("candles_1s", "View"),
        ("candles_1m", "View"),
        ("top_of_book_1s", "View"),
        ("message_rates", "View"),
    ];

    // What ClickHouse writes with each insert, by the table that it reads. What is missing of the tables behind them fails the insert by itself.
    private static readonly Dictionary<HistoryTable, string[]> _feeds = new()
    {
        [HistoryTable.Trades] = ["candles_1s_feed", "candles_1m_feed"],
        [HistoryTable.BookUpdates] = ["top_of_book_1s_from_updates"],
        [HistoryTable.BookSnapshots] = ["top_of_book_1s_from_snapshots"],
    };

    /// <summary>The materialised views that feed on a table.</summary>
    public static IReadOnlyList<string> FeedsOf(HistoryTable table) => _feeds.GetValueOrDefault(table) ?? [];

    /// <summary>What of a table's feeds is gone, or is not what it was at the start; null when all is well.</summary>
    /// <param name="table">The table.</param>
    /// <param name="before">Each feed's definition at the start, by name.</param>
    /// <param name="now">The same now.</param>
    public static string? FeedDrift(HistoryTable table, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now)
    {
        var faults = FeedsOf(table).Select(feed => !now.TryGetValue(feed, out var definition) ? $"{feed}, which feeds on {HistoryTables.NameOf(table)}, is gone."
            : before.TryGetValue(feed, out var old) && old != definition ? $"{feed}, which feeds on {HistoryTables.NameOf(table)}, was changed while this service ran."
            : "").Where(fault => fault.Length > 0);
        var text = string.Join(" ", faults);
        return text.Length == 0 ? null : text + " What was stored since then is derived anew by config/clickhouse/backfill.sql.";
    }

    /// <summary>What of them is missing, or is something else; a sentence each. Replicated variants of the engines do.</summary>
    /// <param name="tables">The tables and views as they are.</param>
    public static IEnumerable<string> Drift(IReadOnlyDictionary<string, StoredTable> tables) => _all
        .Where(item => tables.GetValueOrDefault(item.Name)?.Engine.EndsWith(item.Engine, StringComparison.Ordinal) != true)
        .Select(item => tables.TryGetValue(item.Name, out var table)
            ? $"{item.Name} has the engine {table.Engine}, not {item.Engine}."
            : $"There is no {item.Name} ({item.Engine}).");
}
