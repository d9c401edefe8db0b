using MarketData.ClickHouse.Schema;
using MarketData.History;
using MarketData.History.Rows;

namespace MarketData.ClickHouse.Rows;

/// <summary>A table of the history as ClickHouse has it.</summary>
/// <param name="Rows">Its columns, and how a record becomes a row.</param>
/// <param name="KnownBy">What a row is known by besides its instrument, as ClickHouse writes it: rows that are equal in it become one.</param>
/// <param name="PartitionKey">What rows must have in common to become one, as ClickHouse writes it.</param>
internal sealed record TableLayout(HistoryLayout Rows, string KnownBy, string PartitionKey)
{
    private const string Collapsing = "ReplacingMergeTree";

    /// <summary>The tables, in the order of <see cref="HistoryTable"/>.</summary>
    public static IReadOnlyList<TableLayout> All { get; } = [.. HistoryLayout.All.Select(Of)];

    /// <summary>The table's name in the database.</summary>
    public string Name => Rows.Name;

    /// <summary>The columns in the order of the values.</summary>
    public IReadOnlyList<Column> Columns { get; } = [.. Rows.Columns.Select(column => new Column(column.Name, ColumnType.Of(column)))];

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names { get; } = [.. Rows.Columns.Select(column => column.Name)];

    /// <summary>What the driver encodes, by column.</summary>
    public IReadOnlyDictionary<string, string> WireTypes => field ??= Columns.ToDictionary(column => column.Name, column => column.WireType);

    private string SortingKey => $"exchange, instrument_name, {KnownBy}";

    // What may be missing cannot be part of an order: it is written as a value that stands for it.
    private static TableLayout Of(HistoryLayout rows) => rows.Table switch
    {
        HistoryTable.Trades => new(rows, "trade_seq, trade_id", "toYYYYMM(timestamp)"),
        HistoryTable.Tickers => new(rows, "timestamp, received_at, epoch", "toDate(received_at)"),
        HistoryTable.BookUpdates => new(rows, "change_id, received_at, epoch", "toDate(received_at)"),
        HistoryTable.BookSnapshots => new(
            rows, "change_id, received_at, epoch, ifNull(verified_at, received_at)", "toDate(ifNull(verified_at, received_at))"),
        HistoryTable.Integrity => new(
            rows,
            "received_at, timestamp, channel, kind, epoch, ifNull(toString(from_id), ''), ifNull(toString(to_id), ''), "
            + "ifNull(toString(from_time), ''), ifNull(toString(to_time), ''), ifNull(concat('=', detail), '')",
            "toYYYYMM(received_at)"),
        HistoryTable.ExchangeCandles or HistoryTable.VolatilityIndex => new(rows, "resolution, timestamp", "toYYYYMM(timestamp)"),
        HistoryTable.FundingRates => new(rows, "timestamp", "toYYYYMM(timestamp)"),
        _ => throw new ArgumentOutOfRangeException(nameof(rows), rows.Table, "ClickHouse has no such table."),
    };

    /// <summary>
    /// Why rows that are written twice would not become one in the real table, or rows that differ would; null when all is well. Replicated
    /// and other variants of the engine do.
    /// </summary>
    public string? Drift(StoredTable? actual)
    {
        if (actual is null) return $"There is no table {Name}.";
        if (!actual.Engine.EndsWith(Collapsing, StringComparison.Ordinal)) return $"The table {Name} has the engine {actual.Engine}, not {Collapsing}.";
        if (actual.SortingKey != SortingKey) return $"The table {Name} is ordered by ({actual.SortingKey}), not by ({SortingKey}).";
        return actual.PartitionKey != PartitionKey ? $"The table {Name} is partitioned by {actual.PartitionKey}, not by {PartitionKey}." : null;
    }

    /// <summary>What of the table's real columns does not fit; null when it does. Columns that the code does not know are no harm.</summary>
    public string? Drift(IReadOnlyDictionary<string, string> actual)
    {
        if (actual.Count == 0) return $"There is no table {Name}.";
        var faults = Columns.Where(column => actual.GetValueOrDefault(column.Name) != column.Type).Select(column =>
            actual.TryGetValue(column.Name, out var type)
                ? $"the column {column.Name} is {type}, not {column.Type}"
                : $"the column {column.Name} ({column.Type}) is missing");
        var text = string.Join("; ", faults);
        return text.Length == 0 ? null : $"In the table {Name}, {text}.";
    }
}
