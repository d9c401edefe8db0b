namespace MarketData.Exchanges;

/// <summary>What subscribing a number of channels costs at an exchange.</summary>
/// <param name="Channels">How many channels.</param>
/// <param name="Calls">How many calls subscribe them.</param>
/// <param name="Takes">How long the exchange's limits make that take on one connection, at least.</param>
/// <param name="MostPerChannelPerSecond">The most messages of one channel in a second; null when there is no bound.</param>
public sealed record SubscriptionCost(int Channels, int Calls, TimeSpan Takes, double? MostPerChannelPerSecond);
