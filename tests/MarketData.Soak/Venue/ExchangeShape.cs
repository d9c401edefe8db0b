namespace MarketData.Soak.Venue;

/// <summary>What the exchange is like in one world.</summary>
/// <param name="LatencyMs">One way, in milliseconds.</param>
/// <param name="Retention">How long trades can be asked for.</param>
/// <param name="TokenLifetime">How long an authentication holds.</param>
internal sealed record ExchangeShape(int LatencyMs, TimeSpan Retention, TimeSpan TokenLifetime);
