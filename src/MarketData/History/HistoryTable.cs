namespace MarketData.History;

/// <summary>A table of the history.</summary>
public enum HistoryTable
{
    /// <summary><c>trades</c>: <see cref="TradeEvent"/>.</summary>
    Trades,

    /// <summary><c>tickers</c>: <see cref="TickerEvent"/>.</summary>
    Tickers,

    /// <summary><c>book_updates</c>: <see cref="OrderBookEvent"/> with <see cref="BookAction.Update"/>.</summary>
    BookUpdates,

    /// <summary><c>book_snapshots</c>: <see cref="OrderBookEvent"/> with <see cref="BookAction.Snapshot"/>.</summary>
    BookSnapshots,

    /// <summary><c>integrity</c>: <see cref="IntegrityEvent"/>.</summary>
    Integrity,
}
