namespace MarketData;

/// <summary>The taker's side of a trade.</summary>
public enum TradeDirection
{
    /// <summary>The exchange sent a value that this version does not know; the trade is kept.</summary>
    Unknown,

    /// <summary>The taker bought.</summary>
    Buy,

    /// <summary>The taker sold.</summary>
    Sell,
}
