namespace MarketData;

/// <summary>What an order book event carries.</summary>
public enum BookAction
{
    /// <summary>The whole book, best level first; replaces everything before it.</summary>
    Snapshot,

    /// <summary>Only the levels that changed.</summary>
    Update,
}
