namespace MarketData;

/// <summary>One price level of an order book.</summary>
/// <param name="Price">Exact price in the instrument's own unit; may be zero or negative (combos).</param>
/// <param name="Amount">Exact amount resting at the price, in the instrument's own unit; in an update, zero means that the level is gone.</param>
public readonly record struct BookLevel(decimal Price, decimal Amount);
