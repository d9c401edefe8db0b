using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Lane;

/// <summary>
/// A key that is dirty again while its command is still in the batch: the second command once replaced what was known of the first, and an
/// event stayed queued for ever in the counters.
/// </summary>
public sealed class OneCommandPerKeyTests
{
    [Fact]
    public async Task Event_that_comes_while_its_key_is_in_the_batch_waits_for_the_next_one_and_is_counted()
    {
        LaneUnderTest? lane = null;
        var published = false;
        await using var test = lane = await LaneUnderTest.StartAsync(encoder: (marketEvent, output) =>
        {
            // The sender encodes B after A has its place in the batch: there a newer event of A arrives.
            if (marketEvent.InstrumentName == "B" && !published)
            {
                published = true;
                lane!.Publish(Market.Trade("A", 2));
            }

            LaneUnderTest.WriteJson(marketEvent, output);
        });

        // While the answer to the marker is held back, both others gather for one batch.
        test.Link.Hold();
        test.Publish(Market.Trade("MARKER", 1));
        await Eventually.TrueAsync(() => test.Link.Count("SET deribit.MARKER:trade") == 1, "the marker is on its way");
        test.Publish(Market.Trade("A", 1));
        test.Publish(Market.Trade("B", 1));
        test.Link.Release();
        await test.SettleAsync();

        Assert.True(published);
        Assert.Equal(4, test.Counters.In);
        Assert.Equal(4, test.Counters.Acknowledged);
        Assert.Equal(2, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
        Assert.Equal(2, test.Link.Count("SET deribit.A:trade"));
    }

    [Fact]
    public async Task Book_out_of_sync_while_its_write_is_in_the_batch_ends_deleted_and_counted()
    {
        LaneUnderTest? lane = null;
        var published = false;
        await using var test = lane = await LaneUnderTest.StartAsync(encoder: (marketEvent, output) =>
        {
            if (marketEvent.InstrumentName == "B" && !published)
            {
                published = true;
                lane!.Publish(Market.Update("A", 2));
                lane.Publish(Market.Integrity("A", IntegrityKind.Gap));
            }

            LaneUnderTest.WriteJson(marketEvent, output);
        });

        test.Link.Hold();
        test.Publish(Market.Trade("MARKER", 1));
        await Eventually.TrueAsync(() => test.Link.Count("SET deribit.MARKER:trade") == 1, "the marker is on its way");
        test.Publish(Market.Snapshot("A", 1));
        test.Publish(Market.Trade("B", 1));
        test.Link.Release();
        await test.SettleAsync();
        await Eventually.TrueAsync(() => test.Link.Value("deribit.A:orderbook") is null, "the key is deleted");

        Assert.True(published);
        Assert.Equal(4, test.Counters.In);
        Assert.Equal(3, test.Counters.Acknowledged);
        Assert.Equal(1, test.Counters.Conflated);
    }
}
