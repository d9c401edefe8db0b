namespace MarketData.History.Rows;

/// <summary>A table of the history as the code writes it: its columns, what a row is known by, and how an event becomes a row.</summary>
public sealed class HistoryLayout
{
    private static readonly HistoryColumn[] _head =
    [
        new("exchange", HistoryColumnKind.Name),
        new("instrument_name", HistoryColumnKind.Name),
        new("timestamp", HistoryColumnKind.Milliseconds),
        new("received_at", HistoryColumnKind.Nanoseconds),
        new("epoch", HistoryColumnKind.Whole),
    ];

    private readonly Action<HistoryRowBuilder, MarketDataEvent> _fill;

    private HistoryLayout(
        HistoryTable table, IReadOnlyList<string> knownBy, IReadOnlyList<string> day, IReadOnlyList<HistoryColumn> columns,
        Action<HistoryRowBuilder, MarketDataEvent> fill) => (Table, KnownBy, Day, Columns, _fill) = (table, knownBy, day, columns, fill);

    /// <summary>The tables, in the order of <see cref="HistoryTable"/>.</summary>
    public static IReadOnlyList<HistoryLayout> All => field ??=
        [TradeLayout.Trades, TickerLayout.Tickers, BookLayout.Updates, BookLayout.Snapshots, IntegrityLayout.Integrity];

    /// <summary>Which table.</summary>
    public HistoryTable Table { get; }

    /// <summary>Its name.</summary>
    public string Name => HistoryTables.NameOf(Table);

    /// <summary>The columns in the order of the values.</summary>
    public IReadOnlyList<HistoryColumn> Columns { get; }

    /// <summary>The columns that a row is known by, in the order in which rows are sorted: rows that are equal in them are one.</summary>
    public IReadOnlyList<string> KnownBy { get; }

    /// <summary>The columns of the time whose day a row belongs to: the first of them that has a value.</summary>
    public IReadOnlyList<string> Day { get; }

    /// <summary>Builds a layout for one type of event, with the columns that all have in front.</summary>
    internal static HistoryLayout Of<TEvent>(
        HistoryTable table, string[] knownBy, string[] day, IEnumerable<HistoryColumn> columns, Action<HistoryRowBuilder, TEvent> fill)
        where TEvent : MarketDataEvent => new(
            table,
            ["exchange", "instrument_name", .. knownBy],
            day,
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

    /// <summary>Adds the values of an event that belongs to the table.</summary>
    internal void Fill(HistoryRowBuilder row, MarketDataEvent marketEvent) => _fill(row, marketEvent);
}
