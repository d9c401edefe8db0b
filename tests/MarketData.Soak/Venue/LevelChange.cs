namespace MarketData.Soak.Venue;

/// <summary>One entry of a change: the exchange's action word, the price and the new amount.</summary>
internal readonly record struct LevelChange(bool IsBid, string Action, decimal Price, decimal Amount);
