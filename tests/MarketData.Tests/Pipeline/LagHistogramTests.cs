using MarketData.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.Pipeline;

public sealed class LagHistogramTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));

    [Fact]
    public void Snapshot_of_nothing_is_zero()
    {
        Assert.Equal(new LagSnapshot(0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), new LagHistogram(_time).Snapshot());
    }

    [Fact]
    public void Percentiles_are_those_of_the_recorded_lags_to_three_digits()
    {
        var histogram = new LagHistogram(_time);
        for (var ms = 1; ms <= 1000; ms++)
            histogram.Record(NowUnixNs() - ms * 1_000_000L);
        var snapshot = histogram.Snapshot();
        Assert.Equal(1000, snapshot.Count);
        Assert.InRange(snapshot.P50.TotalMilliseconds, 499, 501);
        Assert.InRange(snapshot.P99.TotalMilliseconds, 988, 992);
        Assert.InRange(snapshot.Max.TotalMilliseconds, 999, 1001);
    }

    [Fact]
    public void Snapshots_accumulate()
    {
        var histogram = new LagHistogram(_time);
        histogram.Record(NowUnixNs() - 1_000_000);
        Assert.Equal(1, histogram.Snapshot().Count);
        histogram.Record(NowUnixNs() - 9_000_000);
        Assert.Equal(2, histogram.Snapshot().Count);
        Assert.InRange(histogram.Snapshot().Max.TotalMilliseconds, 8.9, 9.1);
    }

    [Fact]
    public void Clock_set_back_counts_as_no_lag_and_an_absurd_lag_as_the_bound()
    {
        var histogram = new LagHistogram(_time);
        histogram.Record(NowUnixNs() + 5_000_000_000);
        Assert.Equal(TimeSpan.Zero, histogram.Snapshot().Max);
        histogram.Record(1);
        Assert.InRange(histogram.Snapshot().Max.TotalHours, 0.99, 1.01);
    }

    [Fact]
    public void Event_without_a_receive_time_is_not_recorded()
    {
        var histogram = new LagHistogram(_time);
        histogram.Record(0);
        Assert.Equal(0, histogram.Snapshot().Count);
    }

    [Fact]
    public async Task Records_of_many_threads_are_all_counted()
    {
        var histogram = new LagHistogram(_time);
        var received = NowUnixNs() - 1_000_000;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var n = 0; n < 10_000; n++)
                histogram.Record(received);
        })));
        Assert.Equal(40_000, histogram.Snapshot().Count);
    }

    private long NowUnixNs() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
