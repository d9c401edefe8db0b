using MarketData.Exchanges;

namespace MarketData.Deribit;

/// <content>What the exchange's limits make of a wish.</content>
public sealed partial class DeribitExchange
{
    // The budget's pool of 27,000 credits, refilled at 10,000 a second; a subscribe call costs 3,000 (Deribit API v2, "Rate limits").
    private const int CallsAtOnce = 9;
    private const double CallsPerSecond = 10_000.0 / 3_000;

    // A 100 ms channel sends at most ten times a second; a raw one as often as something happens.
    private const double MostPerSecondAt100Ms = 10;

    /// <inheritdoc/>
    public SubscriptionCost CostOf(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channels);
        var most = _options.ToClientOptions().SubscribeMaxChannels;
        var calls = (channels + most - 1) / most;
        return new SubscriptionCost(
            channels, calls, TimeSpan.FromSeconds(Math.Max(0, calls - CallsAtOnce) / CallsPerSecond),
            _options.HasCredentials ? null : MostPerSecondAt100Ms);
    }
}
