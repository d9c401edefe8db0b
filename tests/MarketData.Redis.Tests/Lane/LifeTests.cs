using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Lane;

public sealed class LifeTests
{
    private const string BookKey = "deribit.A:orderbook";

    [Fact]
    public async Task Quiet_live_book_is_refreshed_before_its_life_ends()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        await test.SettleAsync();

        // Half a second is one look; after a third of the life (1 s) a refresh is due at the latest on the third look.
        for (var refresh = 1; refresh <= 5; refresh++)
        {
            var before = test.Time.GetTimestamp();
            await test.AdvanceUntilAsync(() => test.Link.Count($"PEXPIRE {BookKey}") >= refresh, "the life is prolonged");
            Assert.True(refresh > 1 || test.Time.GetElapsedTime(before) >= TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, test.Link.Count($"SET {BookKey}"));
        Assert.Equal(1, test.Counters.Acknowledged);
    }

    [Fact]
    public async Task Key_that_redis_lost_is_written_again_and_not_counted_again()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        await test.SettleAsync();

        test.Link.Evict(BookKey);
        await test.AdvanceUntilAsync(() => test.Link.Value(BookKey) is not null, "the key is back");
        await test.SettleAsync();

        Assert.Equal(1, test.Counters.Acknowledged);
        Assert.Equal(1, test.Counters.In);
    }

    [Fact]
    public async Task Muted_book_is_neither_refreshed_nor_written()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        test.Publish(Market.Snapshot("B", 1));
        await test.SettleAsync();
        test.Publish(Market.Integrity("A", IntegrityKind.Stale));

        await test.AdvanceUntilAsync(() => test.Link.Count("PEXPIRE deribit.B:orderbook") >= 3, "the other book was refreshed three times");

        Assert.Equal(0, test.Link.Count($"PEXPIRE {BookKey}"));
        Assert.Null(test.Link.Value(BookKey));
    }

    [Fact]
    public async Task Trade_that_waited_gets_what_is_left_of_its_life()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.Hold();
        test.Publish(Market.Trade("FIRST", 1));
        await Eventually.TrueAsync(() => test.Link.Count("SET deribit.FIRST:trade") == 1, "a batch is on its way");
        test.Publish(Market.Trade("A", 1));
        test.Publish(Market.Ticker("A", 1));

        test.Time.Advance(TimeSpan.FromSeconds(70));
        test.Link.Release();
        await test.SettleAsync();

        Assert.Equal(TimeSpan.FromMilliseconds(1), test.Link.Ttl("deribit.A:trade"));
        Assert.Equal(TimeSpan.FromSeconds(230), test.Link.Ttl("deribit.A:ticker"));
    }

    [Fact]
    public async Task Thousand_quiet_books_are_refreshed_in_batches()
    {
        await using var test = await LaneUnderTest.StartAsync();
        for (var i = 0; i < 1000; i++)
            test.Publish(Market.Snapshot($"I{i}", 1));
        await test.SettleAsync();

        await test.AdvanceUntilAsync(
            () => test.Link.Commands.Where(command => command.StartsWith("PEXPIRE", StringComparison.Ordinal)).Distinct().Count() == 1000,
            "every book was refreshed");
    }
}
