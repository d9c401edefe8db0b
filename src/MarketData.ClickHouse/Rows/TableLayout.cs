using MarketData.ClickHouse.Schema;
using MarketData.History;

namespace MarketData.ClickHouse.Rows;

/// <summary>A table as the code writes it: its columns, and how an event becomes a row.</summary>
/// <param name="Table">Which.</param>
/// <param name="SortingKey">What a row is known by, as ClickHouse writes it: rows that are equal in it become one.</param>
/// <param name="PartitionKey">What rows must have in common to become one, as ClickHouse writes it.</param>
/// <param name="Columns">The columns in the order of the values.</param>
/// <param name="Fill">Adds the values of an event that belongs to the table.</param>
internal sealed record TableLayout(
    HistoryTable Table, string SortingKey, string PartitionKey, IReadOnlyList<Column> Columns, Action<RowBuilder, MarketDataEvent> Fill)
{
    private const string Collapsing = "ReplacingMergeTree";

    private static readonly Column[] _head =
    [
        new("exchange", ColumnType.Name),
        new("instrument_name", ColumnType.Name),
        new("timestamp", ColumnType.Milliseconds),
        new("received_at", ColumnType.Nanoseconds),
        new("epoch", "Int64"),
    ];

    /// <summary>The tables, in the order of <see cref="HistoryTable"/>.</summary>
    public static IReadOnlyList<TableLayout> All { get; } =
        [TradeLayout.Trades, TickerLayout.Tickers, BookLayout.Updates, BookLayout.Snapshots, IntegrityLayout.Integrity];

    /// <summary>The table's name in the database.</summary>
    public string Name => HistoryTables.NameOf(Table);

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names { get; } = [.. Columns.Select(column => column.Name)];

    /// <summary>What the driver encodes, by column.</summary>
    public IReadOnlyDictionary<string, string> WireTypes { get; } = Columns.ToDictionary(column => column.Name, column => column.WireType);

    /// <summary>Builds a layout for one type of event, with the columns that all have in front.</summary>
    public static TableLayout Of<TEvent>(
        HistoryTable table, string knownBy, string partition, IEnumerable<Column> columns, Action<RowBuilder, TEvent> fill)
        where TEvent : MarketDataEvent => new(
            table,
            $"exchange, instrument_name, {knownBy}",
            partition,
            [.. _head, .. columns],
            (row, marketEvent) =>
            {
                row.Add(marketEvent.Exchange);
                row.Add(marketEvent.InstrumentName);
                row.Add(marketEvent.ExchangeTimeUnixMs);
                row.Add(marketEvent.ReceivedAtUnixNs);
                row.Add(marketEvent.Epoch);
                fill(row, (TEvent)marketEvent);
            });

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
