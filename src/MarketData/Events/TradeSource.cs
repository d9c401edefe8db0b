namespace MarketData;

/// <summary>How a trade reached us.</summary>
public enum TradeSource
{
    /// <summary>On the live channel.</summary>
    Live,

    /// <summary>By a repair request.</summary>
    Backfill,
}
