namespace MarketData.Pipeline;

/// <summary>What a <see cref="LagHistogram"/> holds; percentiles are exact to three digits, and zero when nothing was recorded.</summary>
/// <param name="Count">How many events.</param>
/// <param name="P50">Half of them took no longer.</param>
/// <param name="P99">99 of 100 took no longer.</param>
/// <param name="Max">The longest.</param>
public sealed record LagSnapshot(long Count, TimeSpan P50, TimeSpan P99, TimeSpan Max);
