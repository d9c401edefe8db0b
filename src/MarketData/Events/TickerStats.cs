namespace MarketData;

/// <summary>Statistics of the last 24 hours as the exchange computes them.</summary>
/// <param name="High">Highest traded price.</param>
/// <param name="Low">Lowest traded price.</param>
/// <param name="Volume">Volume in base currency.</param>
/// <param name="VolumeUsd">Volume in US dollars.</param>
/// <param name="PriceChange">Price change in percent.</param>
public sealed record TickerStats(double? High, double? Low, double? Volume, double? VolumeUsd, double? PriceChange);
