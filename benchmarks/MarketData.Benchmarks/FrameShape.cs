namespace MarketData.Benchmarks;

/// <summary>What the frames of a run carry.</summary>
public enum FrameShape
{
    /// <summary>Book changes with the exchange's size mix.</summary>
    BookChanges,

    /// <summary>Book snapshots of 400 levels.</summary>
    BookSnapshots,

    /// <summary>Tickers.</summary>
    Tickers,

    /// <summary>Trades; their objects are kept by the reader and therefore allocated.</summary>
    Trades,
}
