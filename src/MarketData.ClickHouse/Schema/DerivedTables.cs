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

    /// <summary>What of them is missing, or is something else; a sentence each. Replicated variants of the engines do.</summary>
    /// <param name="tables">The tables and views as they are.</param>
    public static IEnumerable<string> Drift(IReadOnlyDictionary<string, StoredTable> tables) => _all
        .Where(item => tables.GetValueOrDefault(item.Name)?.Engine.EndsWith(item.Engine, StringComparison.Ordinal) != true)
        .Select(item => tables.TryGetValue(item.Name, out var table)
            ? $"{item.Name} has the engine {table.Engine}, not {item.Engine}."
            : $"There is no {item.Name} ({item.Engine}).");
}
