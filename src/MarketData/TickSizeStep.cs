namespace MarketData;

/// <summary>A larger price step that holds above a price.</summary>
/// <param name="AbovePrice">The price above which it holds, in price units.</param>
/// <param name="TickSize">The step, in price units.</param>
public readonly record struct TickSizeStep(decimal AbovePrice, decimal TickSize);
