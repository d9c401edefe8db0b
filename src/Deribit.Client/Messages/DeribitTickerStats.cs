namespace Deribit.Client;

/// <summary>Statistics of the last 24 hours as the exchange computed them; each may be null.</summary>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Volume">Volume in base currency.</param>
/// <param name="VolumeUsd">Volume in USD.</param>
/// <param name="VolumeNotional">Volume in the notional currency.</param>
/// <param name="PriceChange">Change in percent.</param>
public readonly record struct DeribitTickerStats(
    double? High, double? Low, double? Volume, double? VolumeUsd, double? VolumeNotional, double? PriceChange);
