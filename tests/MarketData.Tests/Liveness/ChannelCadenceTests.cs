using MarketData.Liveness;

namespace MarketData.Tests.Liveness;

public sealed class ChannelCadenceTests
{
    [Fact]
    public void Channel_that_has_hardly_spoken_is_never_overdue()
    {
        var cadence = new ChannelCadence(10);
        Speak(cadence, 8, 1);
        Assert.False(cadence.IsOverdue(long.MaxValue / 4));
        cadence.Spoke(9);
        Assert.True(cadence.IsOverdue(long.MaxValue / 4));
    }

    [Fact]
    public void Silence_counts_against_the_channels_own_pace_and_the_least()
    {
        var (fast, slow) = (new ChannelCadence(1000), new ChannelCadence(1000));
        Speak(fast, 50, 10);
        Speak(slow, 50, 10_000);
        Assert.Equal((1000, 120_000), (fast.Limit, slow.Limit));
        Assert.False(fast.IsOverdue(500 + 1000));
        Assert.True(fast.IsOverdue(500 + 1001));
        Assert.False(slow.IsOverdue(500_000 + 120_000));
    }

    [Fact]
    public void Promise_shortens_the_patience_only_of_a_channel_that_has_kept_it()
    {
        var (keeps, breaks) = (new ChannelCadence(10, promised: 5000), new ChannelCadence(10, promised: 5000));
        Speak(keeps, 50, 4000);
        Speak(breaks, 50, 6000);
        Assert.Equal((15_000, 72_000), (keeps.Limit, breaks.Limit));
    }

    [Fact]
    public void Confirmed_silence_counts_anew_and_an_interruption_is_nobodys_silence()
    {
        var cadence = new ChannelCadence(100);
        Speak(cadence, 20, 1);
        cadence.Proven(200);
        Assert.False(cadence.IsOverdue(300));
        Assert.True(cadence.IsOverdue(301));
        cadence.Interrupted();
        Assert.False(cadence.IsOverdue(100_000));
        cadence.Spoke(100_000);
        Assert.True(cadence.IsOverdue(100_101));
    }

    [Fact]
    public void Channel_that_was_promised_and_never_spoke_is_overdue_three_promises_after_it_began()
    {
        var (promised, free) = (new ChannelCadence(10, promised: 5000), new ChannelCadence(10));
        Assert.False(promised.IsOverdue(1_000_000));
        promised.Began(1_000);
        free.Began(1_000);
        Assert.False(promised.IsOverdue(16_000));
        Assert.True(promised.IsOverdue(16_001));
        Assert.False(promised.IsOverdue(31_000, patience: 2));
        Assert.True(promised.IsOverdue(31_002, patience: 2));
        Assert.False(free.IsOverdue(1_000_000));
    }

    private static void Speak(ChannelCadence cadence, int times, long gap)
    {
        for (var i = 1; i <= times; i++)
            cadence.Spoke(i * gap);
    }
}
