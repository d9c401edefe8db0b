using System.Text.RegularExpressions;

namespace MarketData.ClickHouse.Schema;

/// <summary>A table or a view as <c>system.tables</c> describes it.</summary>
/// <param name="Engine">Its engine; <c>View</c> or <c>MaterializedView</c> for those.</param>
/// <param name="SortingKey">What it is ordered by; empty for a view.</param>
/// <param name="PartitionKey">What it is partitioned by; empty for a view.</param>
/// <param name="Ttl">How long it keeps rows, in ClickHouse's own spelling; empty: for ever.</param>
/// <param name="Definition">The statement that would make it, in ClickHouse's own spelling.</param>
internal sealed partial record StoredTable(string Engine, string SortingKey, string PartitionKey, string Ttl, string Definition)
{
    /// <summary>What <see cref="Parse"/> takes.</summary>
    public const string Columns = "name, engine, sorting_key, partition_key, engine_full, create_table_query";

    /// <summary>How many these are.</summary>
    public const int ColumnCount = 6;

    /// <summary>Reads rows of <see cref="Columns"/>, by name.</summary>
    public static Dictionary<string, StoredTable> Parse(IEnumerable<string[]> rows) => rows.ToDictionary(
        row => row[0], row => new StoredTable(row[1], row[2], row[3], TtlOf(row[4]), row[5]), StringComparer.Ordinal);

    private static string TtlOf(string engine) => Clause().Match(engine) is { Success: true } found ? found.Groups[1].Value : "";

    // ReplacingMergeTree PARTITION BY .. ORDER BY (..) TTL toDateTime(received_at) + toIntervalDay(30) SETTINGS index_granularity = 8192, ..
    [GeneratedRegex(@" TTL (.+?)(?: SETTINGS |$)", RegexOptions.Singleline)]
    private static partial Regex Clause();
}
