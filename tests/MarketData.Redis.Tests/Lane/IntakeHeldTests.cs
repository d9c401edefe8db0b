using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Lane;

/// <summary>
/// An intake that stands still because another lane is full: the books in Redis were refreshed all the same, and looked current for as long
/// as Kafka was away.
/// </summary>
public sealed class IntakeHeldTests
{
    private const string BookKey = "deribit.A:orderbook";

    [Fact]
    public async Task Books_are_deleted_while_the_intake_stands_still_and_written_anew_when_it_goes_on()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        test.Publish(Market.Trade("A", 7));
        await test.SettleAsync();

        test.Lane.OnIntakeHeld(true);
        await Eventually.TrueAsync(() => test.Link.Value(BookKey) is null, "the key is deleted");
        test.Link.Restart();
        await test.AdvanceUntilAsync(() => test.Link.Value("deribit.A:trade") is not null, "the trade is written anew");
        Assert.Null(test.Link.Value(BookKey));

        test.Lane.OnIntakeHeld(false);
        await Eventually.TrueAsync(() => test.Link.Value(BookKey) is { } value && Market.ChangeIdOf(value) == 1, "the book is back");

        // Its chain was never broken: what was held back continues it.
        test.Publish(Market.Update("A", 2));
        await test.SettleAsync();
        Assert.Equal(2, Market.ChangeIdOf(test.Link.Value(BookKey)));
        Assert.Equal((3, 3, 0), (test.Counters.In, test.Counters.Acknowledged, test.Counters.Rejected));
    }

    [Fact]
    public async Task Book_that_is_out_of_sync_stays_away_when_the_intake_goes_on()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        test.Publish(Market.Snapshot("B", 1));
        await test.SettleAsync();

        test.Publish(Market.Integrity("A", IntegrityKind.Gap));
        test.Lane.OnIntakeHeld(true);
        await Eventually.TrueAsync(() => test.Link.Keys.Length == 0, "both keys are deleted");
        test.Lane.OnIntakeHeld(false);
        await Eventually.TrueAsync(() => test.Link.Value("deribit.B:orderbook") is not null, "the book in sync is back");

        Assert.Null(test.Link.Value(BookKey));
        await test.SettleAsync();
    }
}
