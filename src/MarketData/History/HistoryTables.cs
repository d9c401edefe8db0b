namespace MarketData.History;

/// <summary>The tables of the history: their names, and which events belong to them.</summary>
public static class HistoryTables
{
    /// <summary>Every table.</summary>
    public static IReadOnlyList<HistoryTable> All { get; } = Enum.GetValues<HistoryTable>();

    /// <summary>The table's name wherever the history is kept.</summary>
    /// <param name="table">The table.</param>
    public static string NameOf(HistoryTable table) => table switch
    {
        HistoryTable.Trades => "trades",
        HistoryTable.Tickers => "tickers",
        HistoryTable.BookUpdates => "book_updates",
        HistoryTable.BookSnapshots => "book_snapshots",
        HistoryTable.Integrity => "integrity",
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "The history has no such table."),
    };

    /// <summary>The table that an event belongs to.</summary>
    /// <param name="marketEvent">The event.</param>
    /// <exception cref="ArgumentException">The history has no table for such an event.</exception>
    public static HistoryTable Of(MarketDataEvent marketEvent) => marketEvent switch
    {
        TradeEvent => HistoryTable.Trades,
        TickerEvent => HistoryTable.Tickers,
        OrderBookEvent { Action: BookAction.Update } => HistoryTable.BookUpdates,
        OrderBookEvent => HistoryTable.BookSnapshots,
        IntegrityEvent => HistoryTable.Integrity,
        _ => throw new ArgumentException($"The history has no table for {marketEvent.GetType().Name}.", nameof(marketEvent)),
    };
}
