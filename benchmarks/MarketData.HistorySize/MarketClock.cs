namespace MarketData.HistorySize;

/// <summary>The simulated market's time, which moves only when it is told to.</summary>
internal sealed class MarketClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Moves it on.</summary>
    public void Advance(TimeSpan by) => _now += by;

    public override DateTimeOffset GetUtcNow() => _now;
}
