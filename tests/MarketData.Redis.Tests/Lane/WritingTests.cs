using MarketData.Pipeline;
using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Lane;

public sealed class WritingTests
{
    [Fact]
    public async Task Book_trade_and_ticker_are_stored_with_their_lives_and_published_after_that()
    {
        await using var test = await LaneUnderTest.StartAsync();

        test.Publish(Market.Snapshot("A", 7));
        test.Publish(Market.Trade("A", 3));
        test.Publish(Market.Ticker("A", 55));
        await test.SettleAsync();

        Assert.Equal(["deribit.A:orderbook", "deribit.A:ticker", "deribit.A:trade"], test.Link.Keys);
        Assert.Equal(7, Market.ChangeIdOf(test.Link.Value("deribit.A:orderbook")));
        Assert.Equal(3, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
        Assert.Equal(55, Market.NumberOf(test.Link.Value("deribit.A:ticker"), "last_price"));
        Assert.Equal(TimeSpan.FromSeconds(3), test.Link.Ttl("deribit.A:orderbook"));
        Assert.Equal(TimeSpan.FromSeconds(60), test.Link.Ttl("deribit.A:trade"));
        Assert.Equal(TimeSpan.FromSeconds(300), test.Link.Ttl("deribit.A:ticker"));
        foreach (var key in test.Link.Keys)
            Assert.True(Array.IndexOf(test.Link.Commands, $"SET {key}") < Array.IndexOf(test.Link.Commands, $"PUBLISH {key}"));
        Assert.Equal(3, test.Counters.Acknowledged);
        Assert.Equal(LaneState.Ready, test.Lane.Status.State);
    }

    [Fact]
    public async Task Acknowledged_events_report_when_they_were_received()
    {
        await using var test = await LaneUnderTest.StartAsync();

        test.Publish(Market.Trade("A", 3));
        await test.SettleAsync();
        test.Publish(Market.Snapshot("A", 9));
        await test.SettleAsync();

        Assert.Equal(2, test.Lag.Snapshot().Count);
    }

    [Fact]
    public async Task Flood_while_redis_is_slow_is_conflated_exactly_and_ends_with_the_last_value()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.Hold();
        test.Publish(Market.Snapshot("A", 1));
        await Eventually.TrueAsync(() => test.Link.Count("SET deribit.A:orderbook") == 1, "the first value is on its way");

        for (var changeId = 2; changeId <= 1000; changeId++)
            test.Publish(Market.Update("A", changeId));
        Assert.Equal(2, test.Lane.Unsettled);
        Assert.Equal(998, test.Counters.Conflated);
        test.Link.Release();
        await test.SettleAsync();

        Assert.Equal(1000, test.Counters.In);
        Assert.Equal(2, test.Counters.Acknowledged);
        Assert.Equal(998, test.Counters.Conflated);
        Assert.Equal(1000, Market.ChangeIdOf(test.Link.Value("deribit.A:orderbook")));
        Assert.Equal(2, test.Link.Count("SET deribit.A:orderbook"));
    }

    [Fact]
    public async Task Book_value_holds_the_best_levels_up_to_the_depth()
    {
        await using var test = await LaneUnderTest.StartAsync(new RedisOptions { Depth = 2 });

        test.Publish(Market.Snapshot("A", 1, [new(100, 1), new(99, 2), new(98, 3)], [new(101, 4), new(102, 5), new(103, 6)]));
        test.Publish(Market.Book("A", BookAction.Update, 2, 1, [new(100, 0)], [new(100.5m, 7)]));
        await test.SettleAsync();

        using var json = System.Text.Json.JsonDocument.Parse(test.Link.Value("deribit.A:orderbook"));
        Assert.Equal("snapshot", json.RootElement.GetProperty("action").GetString());
        Assert.Equal([99m, 98m], Prices("bids"));
        Assert.Equal([100.5m, 101m], Prices("asks"));

        IEnumerable<decimal> Prices(string side) =>
            json.RootElement.GetProperty(side).EnumerateArray().Select(static level => level.GetProperty("price").GetDecimal());
    }

    [Fact]
    public async Task Backfilled_trade_older_than_the_last_one_does_not_overwrite_it()
    {
        await using var test = await LaneUnderTest.StartAsync();

        test.Publish(Market.Trade("A", 10));
        await test.SettleAsync();
        test.Publish(Market.Trade("A", 8, TradeSource.Backfill));
        await test.SettleAsync();

        Assert.Equal(10, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
        Assert.Equal(1, test.Counters.Conflated);
        Assert.Equal(1, test.Link.Count("SET deribit.A:trade"));

        test.Publish(Market.Trade("A", 11, TradeSource.Backfill));
        await test.SettleAsync();
        Assert.Equal(11, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
    }

    [Fact]
    public async Task Live_trade_after_the_exchange_restarted_its_sequence_is_taken()
    {
        await using var test = await LaneUnderTest.StartAsync();

        test.Publish(Market.Trade("A", 1_000_000));
        test.Publish(Market.Trade("A", 1) with { ExchangeTimeUnixMs = 1_800_000_000_000 });
        await test.SettleAsync();

        Assert.Equal(1, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
    }

    [Fact]
    public async Task Key_beyond_the_limit_is_rejected_loudly_and_the_known_keys_go_on()
    {
        await using var test = await LaneUnderTest.StartAsync(new RedisOptions { MaximumKeys = 2 });

        test.Publish(Market.Trade("A", 1));
        test.Publish(Market.Trade("B", 1));
        test.Publish(Market.Trade("C", 1));
        test.Publish(Market.Trade("C", 2));
        test.Publish(Market.Trade("A", 2));
        await test.SettleAsync();

        Assert.Equal(2, test.Counters.Rejected);
        Assert.Equal(["deribit.A:trade", "deribit.B:trade"], test.Link.Keys);
        Assert.StartsWith("redis_key_limit: ", test.Lane.Status.Reason, StringComparison.Ordinal);
        Assert.Equal(LaneState.Degraded, test.Lane.Status.State);
        Assert.Equal(1, test.Log.Count(7105));

        test.Lane.Remove("deribit.B");
        await Eventually.TrueAsync(() => test.Lane.Status.State == LaneState.Ready, "there is room again");
        test.Publish(Market.Trade("C", 3));
        await test.SettleAsync();
        Assert.Equal(3, Market.NumberOf(test.Link.Value("deribit.C:trade"), "trade_seq"));
    }

    [Fact]
    public async Task Value_that_cannot_be_encoded_is_rejected_and_the_other_keys_go_on()
    {
        await using var test = await LaneUnderTest.StartAsync(encoder: static (marketEvent, writer) =>
        {
            if (marketEvent.InstrumentName == "BAD" && marketEvent is TradeEvent { TradeSequence: 2 })
                throw new InvalidOperationException("This value cannot be encoded.");
            LaneUnderTest.WriteJson(marketEvent, writer);
        });
        test.Publish(Market.Trade("BAD", 1));
        await test.SettleAsync();

        test.Publish(Market.Trade("BAD", 2));
        test.Publish(Market.Trade("GOOD", 1));
        await test.SettleAsync();
        await Eventually.TrueAsync(() => test.Link.Keys.Length == 1, "the value that is not current any more is gone");

        Assert.Equal(["deribit.GOOD:trade"], test.Link.Keys);
        Assert.Equal(1, test.Counters.Rejected);
        Assert.Equal(1, test.Log.Count(7106));

        test.Publish(Market.Trade("BAD", 3));
        await test.SettleAsync();
        Assert.Equal(3, Market.NumberOf(test.Link.Value("deribit.BAD:trade"), "trade_seq"));
    }
}
