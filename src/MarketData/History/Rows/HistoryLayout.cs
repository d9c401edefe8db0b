namespace MarketData.History.Rows;

/// <summary>A table of the history as the code writes it: its columns, what a row is known by, and how a record becomes a row.</summary>
public sealed class HistoryLayout
{
    /// <summary>The column of the length of a candle's period, in seconds, where a table has one.</summary>
    public const string Resolution = "resolution";

    private static readonly HistoryColumn[] _whose = [new("exchange", HistoryColumnKind.Name), new("instrument_name", HistoryColumnKind.Name)];
    private static readonly HistoryColumn[] _head =
    [
        .. _whose,
        new("timestamp", HistoryColumnKind.Milliseconds),
        new("received_at", HistoryColumnKind.Nanoseconds),
        new("epoch", HistoryColumnKind.Whole),
    ];

    private readonly Action<HistoryRowBuilder, IHistoryRecord> _fill;

    private HistoryLayout(
        HistoryTable table, IReadOnlyList<string> knownBy, IReadOnlyList<string> day, IReadOnlyList<HistoryColumn> columns,
        Action<HistoryRowBuilder, IHistoryRecord> fill) => (Table, KnownBy, Day, Columns, _fill) = (table, knownBy, day, columns, fill);

    /// <summary>The tables, in the order of <see cref="HistoryTable"/>.</summary>
    public static IReadOnlyList<HistoryLayout> All => field ??=
        [
            TradeLayout.Trades, TickerLayout.Tickers, BookLayout.Updates, BookLayout.Snapshots, IntegrityLayout.Integrity, SeriesLayout.Candles,
            SeriesLayout.Funding, SeriesLayout.Volatility,
        ];

    /// <summary>Which table.</summary>
    public HistoryTable Table { get; }

    /// <summary>Its name.</summary>
    public string Name => HistoryTables.NameOf(Table);

    /// <summary>Whether it has rows of several <see cref="Resolution"/>s.</summary>
    public bool HasResolutions => Columns.Any(column => column.Name == Resolution);

    /// <summary>The columns in the order of the values.</summary>
    public IReadOnlyList<HistoryColumn> Columns { get; }

    /// <summary>The columns that a row is known by, in the order in which rows are sorted: rows that are equal in them are one.</summary>
    public IReadOnlyList<string> KnownBy { get; }

    /// <summary>The columns of the time whose day a row belongs to: the first of them that has a value.</summary>
    public IReadOnlyList<string> Day { get; }

    /// <summary>
    /// Whether of rows that are equal in what they are known by the one that was received last counts, because the exchange may correct what it
    /// publishes; else the first, because an event does not change.
    /// </summary>
    public bool LastCounts => !HistoryTables.OfEvents.Contains(Table);

    /// <summary>Builds a layout for one type of event, with the columns that all have in front.</summary>
    internal static HistoryLayout Of<TEvent>(
        HistoryTable table, string[] knownBy, string[] day, IEnumerable<HistoryColumn> columns, Action<HistoryRowBuilder, TEvent> fill)
        where TEvent : MarketDataEvent => new(
            table,
            ["exchange", "instrument_name", .. knownBy],
            day,
            [.. _head, .. columns],
            (row, record) =>
            {
                var marketEvent = (TEvent)record;
                row.Add(marketEvent.Exchange);
                row.Add(marketEvent.InstrumentName);
                row.Add(marketEvent.ExchangeTimeUnixMs);
                row.Add(marketEvent.ReceivedAtUnixNs);
                row.Add(marketEvent.Epoch);
                fill(row, marketEvent);
            });

    /// <summary>Builds a layout for one type of what the exchange publishes of its past; the columns begin with whose it is.</summary>
    internal static HistoryLayout OfSeries<TRecord>(
        HistoryTable table, string[] knownBy, IEnumerable<HistoryColumn> columns, Action<HistoryRowBuilder, TRecord> fill)
        where TRecord : IHistoryRecord => new(
            table,
            ["exchange", "instrument_name", .. knownBy],
            ["timestamp"],
            [.. _whose, .. columns],
            (row, record) =>
            {
                row.Add(record.Exchange);
                row.Add(record.InstrumentName);
                fill(row, (TRecord)record);
            });

    /// <summary>Adds the values of a record that belongs to the table.</summary>
    internal void Fill(HistoryRowBuilder row, IHistoryRecord record) => _fill(row, record);
}
