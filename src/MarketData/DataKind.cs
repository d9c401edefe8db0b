namespace MarketData;

/// <summary>The kinds of market data that a collector can be asked for.</summary>
[Flags]
public enum DataKind
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Order books.</summary>
    OrderBook = 1,

    /// <summary>The trade tape.</summary>
    Trade = 2,

    /// <summary>Tickers.</summary>
    Ticker = 4,
}
