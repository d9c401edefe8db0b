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

    /// <summary><c>exchange_candles</c>: <see cref="ExchangeCandle"/>.</summary>
    ExchangeCandles,

    /// <summary><c>funding_rates</c>: <see cref="FundingRate"/>.</summary>
    FundingRates,

    /// <summary><c>volatility_index</c>: <see cref="VolatilityCandle"/>.</summary>
    VolatilityIndex,
}
