using MarketData.Exchanges;
using MarketData.Tests.Symbols;

namespace MarketData.Tests.Collectors;

/// <summary>A pause by an operator: what ends, and how it goes on.</summary>
public sealed class SymbolFollowerPauseTests
{
    [Fact]
    public async Task What_goes_on_after_a_pause_is_told_since_when_it_was_interrupted()
    {
        await using var rig = new FollowerRig(symbols: false);
        await rig.StartAsync("*");
        await rig.UntilAsync(() => rig.Venue.Collected.Count > 0, () => "anything collected");
        var collected = rig.Venue.Collected;
        await rig.AdvanceUntilAsync(rig.Follower.PauseAsync(true, TestContext.Current.CancellationToken));
        Assert.Empty(rig.Venue.Collected);
        Assert.Equal("An operator paused the collector.", rig.Venue.Calls[^1].Reason);
        var pausedAt = rig.Time.GetUtcNow();

        // What is claimed to be taken stands still meanwhile.
        rig.Venue.TakenUntil = IntakeMark.Now(rig.Time);
        Assert.Null(rig.Follower.TakenUntil);
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        await rig.AdvanceUntilAsync(rig.Follower.PauseAsync(false, TestContext.Current.CancellationToken));
        Assert.Equal(collected, rig.Venue.Collected);
        Assert.All(rig.Venue.Calls[^1].Wanted, wanted =>
        {
            Assert.Equal("An operator paused the collector.", wanted.InterruptedBy);
            Assert.InRange(wanted.InterruptedSinceUnixMs ?? 0, Listing.Now.ToUnixTimeMilliseconds(), pausedAt.ToUnixTimeMilliseconds());
        });
        Assert.NotNull(rig.Follower.TakenUntil);
    }

    [Fact]
    public async Task Storm_of_wishes_ends_in_the_last_one()
    {
        await using var rig = new FollowerRig(symbols: false);
        await rig.StartAsync("*");
        await rig.UntilAsync(() => rig.Venue.Collected.Count > 0, () => "anything collected");
        var wishes = Enumerable.Range(0, 1_001).Select(i => rig.Follower.PauseAsync(i % 2 == 0, TestContext.Current.CancellationToken)).ToList();
        await rig.AdvanceUntilAsync(Task.WhenAll(wishes));
        Assert.True(rig.Follower.IsPaused);
        Assert.Empty(rig.Venue.Collected);
    }
}
