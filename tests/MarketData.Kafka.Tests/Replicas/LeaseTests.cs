using MarketData.Kafka.Replicas;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Kafka.Tests.Replicas;

public sealed class LeaseTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Lease_holds_from_before_the_question_for_its_length()
    {
        var lease = new Lease(_time, Length);
        Assert.False(lease.IsValid);
        var asked = lease.Now;
        _time.Advance(TimeSpan.FromSeconds(4));
        lease.Renew(asked);
        Assert.True(lease.IsValid);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(lease.IsValid);
    }

    [Fact]
    public void Late_answer_to_an_early_question_does_not_shorten_the_lease()
    {
        var lease = new Lease(_time, Length);
        var early = lease.Now;
        _time.Advance(TimeSpan.FromSeconds(2));
        lease.Renew(lease.Now);
        lease.Renew(early);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.True(lease.IsValid);
    }

    [Fact]
    public void Age_is_that_of_the_question_and_unknown_without_a_proof()
    {
        var lease = new Lease(_time, Length);
        Assert.Null(lease.Age);
        var asked = lease.Now;
        _time.Advance(TimeSpan.FromSeconds(2));
        lease.Renew(asked);
        Assert.Equal(TimeSpan.FromSeconds(2), lease.Age);
        lease.End();
        Assert.Null(lease.Age);
    }

    [Fact]
    public void Wall_clock_that_is_set_back_does_not_lengthen_the_lease()
    {
        var time = new SleepyTime();
        var lease = new Lease(time, Length);
        lease.Renew(lease.Now);
        time.Wall -= TimeSpan.FromHours(1);
        time.Monotonic += Length;
        Assert.False(lease.IsValid);
    }

    [Fact]
    public void Ended_lease_holds_only_after_a_new_proof()
    {
        var lease = new Lease(_time, Length);
        lease.Renew(lease.Now);
        lease.End();
        Assert.False(lease.IsValid);
        lease.Renew(lease.Now);
        Assert.True(lease.IsValid);
    }

    [Fact]
    public void Machine_that_slept_without_its_monotonic_clock_has_no_lease()
    {
        var time = new SleepyTime();
        var lease = new Lease(time, Length);
        lease.Renew(lease.Now);
        Assert.True(lease.IsValid);
        time.Wall += Length;
        Assert.False(lease.IsValid);
    }

    private sealed class SleepyTime : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Wall;

        public TimeSpan Monotonic { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Monotonic.Ticks;
    }
}
