namespace MarketData.History;

/// <summary>The tables of the history: their names, and which records belong to them.</summary>
public static class HistoryTables
{
    /// <summary>Every table.</summary>
    public static IReadOnlyList<HistoryTable> All { get; } = Enum.GetValues<HistoryTable>();

    /// <summary>The tables of events, which come on topics; they stand first in <see cref="All"/>. The others are filled from the exchange's past.</summary>
    public static IReadOnlyList<HistoryTable> OfEvents { get; } = [.. All.Where(table => table <= HistoryTable.Integrity)];

    /// <summary>The table's name wherever the history is kept.</summary>
    /// <param name="table">The table.</param>
    public static string NameOf(HistoryTable table) => table switch
    {
        HistoryTable.Trades => "trades",
        HistoryTable.Tickers => "tickers",
        HistoryTable.BookUpdates => "book_updates",
        HistoryTable.BookSnapshots => "book_snapshots",
        HistoryTable.Integrity => "integrity",
        HistoryTable.ExchangeCandles => "exchange_candles",
        HistoryTable.FundingRates => "funding_rates",
        HistoryTable.VolatilityIndex => "volatility_index",
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "The history has no such table."),
    };

    /// <summary>The table that a record belongs to.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="ArgumentException">The history has no table for such a record.</exception>
    public static HistoryTable Of(IHistoryRecord record) => record switch
    {
        TradeEvent => HistoryTable.Trades,
        TickerEvent => HistoryTable.Tickers,
        OrderBookEvent { Action: BookAction.Update } => HistoryTable.BookUpdates,
        OrderBookEvent => HistoryTable.BookSnapshots,
        IntegrityEvent => HistoryTable.Integrity,
        ExchangeCandle => HistoryTable.ExchangeCandles,
        FundingRate => HistoryTable.FundingRates,
        VolatilityCandle => HistoryTable.VolatilityIndex,
        _ => throw new ArgumentException($"The history has no table for {record.GetType().Name}.", nameof(record)),
    };
}
