using Microsoft.Extensions.Time.Testing;

namespace MarketData.Kafka.Tests;

public sealed class LogThrottleTests
{
    [Fact]
    public void One_of_a_kind_passes_per_interval_and_the_next_tells_how_many_did_not()
    {
        var time = new FakeTimeProvider();
        var throttle = new LogThrottle(time, TimeSpan.FromSeconds(10));
        Assert.True(throttle.Allow("a", out _));
        Assert.False(throttle.Allow("a", out _));
        Assert.False(throttle.Allow("a", out _));
        Assert.True(throttle.Allow("b", out _));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(throttle.Allow("a", out var suppressed));
        Assert.Equal(2, suppressed);
        Assert.False(throttle.Allow("a", out _));
    }

    [Fact]
    public void Backoff_stays_between_its_bounds()
    {
        for (var attempt = 1; attempt < 40; attempt++)
            Assert.InRange(Backoff.Delay(attempt, Random.Shared.NextDouble), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10));
    }
}
