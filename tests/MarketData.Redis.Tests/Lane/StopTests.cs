using MarketData.Pipeline;
using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Lane;

public sealed class StopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drain_writes_what_is_dirty_then_deletes_the_book_keys_only()
    {
        await using var test = await LaneUnderTest.StartAsync();
        for (var i = 0; i < 1500; i++)
        {
            test.Publish(Market.Snapshot($"I{i}", 1));
            test.Publish(Market.Trade($"I{i}", 1));
        }

        Assert.True(await test.Lane.DrainAsync(Token));

        Assert.Equal(1500, test.Link.Keys.Length);
        Assert.All(test.Link.Keys, key => Assert.EndsWith(":trade", key, StringComparison.Ordinal));
        Assert.Equal(3000, test.Counters.Acknowledged);
        Assert.Equal(0, test.Counters.Queued);
        Assert.Equal(LaneState.Stopped, test.Lane.Status.State);
        test.AssertConserved();
    }

    [Fact]
    public async Task Drain_past_its_deadline_rejects_what_is_left_and_says_so()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.Hold();
        test.Publish(Market.Trade("A", 1));
        await Eventually.TrueAsync(() => test.Link.Count("SET deribit.A:trade") == 1, "the trade is on its way");
        test.Publish(Market.Trade("A", 2));
        test.Publish(Market.Trade("B", 1));

        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.False(await test.Lane.DrainAsync(deadline.Token));

        Assert.Equal(3, test.Counters.In);
        Assert.Equal(0, test.Counters.Queued);
        Assert.Equal(3, test.Counters.Rejected + test.Counters.Conflated);
        Assert.Equal(test.Counters.Rejected, test.Counters.Lost);
        Assert.Equal(1, test.Log.Count(7108));
        test.AssertConserved();
    }

    [Fact]
    public async Task Drain_during_an_outage_tries_again_at_once()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.Spoil = static _ => LaneUnderTest.ConnectionLost();
        test.Publish(Market.Trade("A", 1));
        await Eventually.TrueAsync(() => test.Lane.Status.State == LaneState.Degraded, "the outage shows");
        test.Link.Spoil = null;

        // The clock stands still: only the drain can end the pause.
        Assert.True(await test.Lane.DrainAsync(Token));
        Assert.Equal(1, test.Counters.Acknowledged);
    }

    [Fact]
    public async Task Drain_with_nothing_pending_does_not_wait_for_an_absent_redis()
    {
        await using var test = new LaneUnderTest();
        test.Link.Spoil = static _ => LaneUnderTest.ConnectionLost();
        await test.Lane.StartAsync(Token);

        Assert.True(await test.Lane.DrainAsync(Token));
    }

    [Fact]
    public async Task Publish_after_the_drain_is_rejected()
    {
        await using var test = await LaneUnderTest.StartAsync();
        await test.Lane.DrainAsync(Token);

        test.Publish(Market.Trade("A", 1));

        Assert.Equal(1, test.Counters.Rejected);
        test.AssertConserved();
    }

    [Fact]
    public async Task Dispose_without_drain_rejects_what_is_left()
    {
        var test = await LaneUnderTest.StartAsync();
        test.Link.Hold();
        test.Publish(Market.Trade("A", 1));

        await test.Lane.DisposeAsync();
        await test.Lane.DisposeAsync();

        Assert.Equal(1, test.Counters.Rejected);
        test.AssertConserved();
    }

    [Fact]
    public async Task Drain_before_start_rejects_what_was_published()
    {
        await using var test = new LaneUnderTest();
        test.Publish(Market.Trade("A", 1));

        Assert.False(await test.Lane.DrainAsync(Token));
        Assert.Equal(1, test.Counters.Rejected);
    }
}
