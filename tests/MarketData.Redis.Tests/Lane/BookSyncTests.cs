using MarketData.Pipeline;
using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Lane;

public sealed class BookSyncTests
{
    private const string BookKey = "deribit.A:orderbook";

    [Theory]
    [InlineData(IntegrityKind.Disconnected, "orderbook")]
    [InlineData(IntegrityKind.Gap, "orderbook")]
    [InlineData(IntegrityKind.Stale, "orderbook")]
    [InlineData(IntegrityKind.Quarantined, "orderbook")]
    [InlineData(IntegrityKind.Rejected, "orderbook")]
    [InlineData(IntegrityKind.Disconnected, "connection")]
    public async Task Book_that_leaves_sync_is_deleted_at_once_and_returns_with_its_snapshot(IntegrityKind kind, string channel)
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        test.Publish(Market.Snapshot("B", 1));
        await test.SettleAsync();

        test.Publish(Market.Integrity("A", kind, channel));
        await Eventually.TrueAsync(() => test.Link.Value(BookKey) is null, "the key is deleted");

        Assert.Equal(["deribit.B:orderbook"], test.Link.Keys);
        Assert.Equal(2, test.Counters.In);
        Assert.Equal(LaneState.Ready, test.Lane.Status.State);

        test.Publish(Market.Snapshot("A", 50));
        test.Publish(Market.Update("A", 51));
        await test.SettleAsync();
        Assert.Equal(51, Market.ChangeIdOf(test.Link.Value(BookKey)));
    }

    [Theory]
    [InlineData(IntegrityKind.Connected, "orderbook")]
    [InlineData(IntegrityKind.Resynced, "orderbook")]
    [InlineData(IntegrityKind.Disconnected, "ticker")]
    [InlineData(IntegrityKind.TradeGap, "trade")]
    public async Task Integrity_event_that_says_nothing_against_the_book_leaves_its_key(IntegrityKind kind, string channel)
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        await test.SettleAsync();

        test.Publish(Market.Integrity("A", kind, channel));
        test.Publish(Market.Update("A", 2));
        await test.SettleAsync();

        Assert.Equal(2, Market.ChangeIdOf(test.Link.Value(BookKey)));
        Assert.Equal(0, test.Link.Count($"DEL {BookKey}"));
    }

    [Fact]
    public async Task Gap_while_a_value_waits_discards_it_as_conflated()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.Hold();
        test.Publish(Market.Snapshot("A", 1));
        await Eventually.TrueAsync(() => test.Link.Count($"SET {BookKey}") == 1, "the snapshot is on its way");
        test.Publish(Market.Update("A", 2));

        test.Publish(Market.Integrity("A", IntegrityKind.Gap));
        Assert.Equal(1, test.Counters.Conflated);
        test.Link.Release();
        await test.SettleAsync();
        await Eventually.TrueAsync(() => test.Link.Value(BookKey) is null, "the key is deleted");

        Assert.Equal(1, test.Counters.Acknowledged);
        Assert.Equal(1, test.Link.Count($"SET {BookKey}"));
    }

    [Fact]
    public async Task Gap_before_the_first_write_sends_nothing_at_all()
    {
        var test = new LaneUnderTest();
        await using var _ = test;
        test.Publish(Market.Snapshot("A", 1));
        test.Publish(Market.Integrity("A", IntegrityKind.Gap));

        await test.Lane.StartAsync(TestContext.Current.CancellationToken);
        test.Publish(Market.Trade("B", 1));
        await test.SettleAsync();

        Assert.Equal(["SET deribit.B:trade", "PUBLISH deribit.B:trade"], test.Link.Commands);
        Assert.Equal(1, test.Counters.Conflated);
    }

    [Fact]
    public async Task Deletion_goes_before_the_values_that_wait()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        await test.SettleAsync();
        test.Link.Hold();
        test.Publish(Market.Trade("FIRST", 1));
        await Eventually.TrueAsync(() => test.Link.Count("SET deribit.FIRST:trade") == 1, "a batch is on its way");
        for (var i = 0; i < 2000; i++)
            test.Publish(Market.Trade($"T{i}", 1));

        test.Publish(Market.Integrity("A", IntegrityKind.Gap));
        test.Link.Release();
        await test.SettleAsync();

        var deletion = Array.IndexOf(test.Link.Commands, $"DEL {BookKey}");
        Assert.Equal(deletion, Array.FindIndex(test.Link.Commands, command => command.EndsWith(":trade", StringComparison.Ordinal)
            && !command.Contains("FIRST", StringComparison.Ordinal)) - 1);
    }

    [Fact]
    public async Task Update_that_does_not_continue_the_chain_takes_the_key_away_until_the_next_snapshot()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1));
        await test.SettleAsync();

        test.Publish(Market.Update("A", 5, previousChangeId: 4));
        test.Publish(Market.Update("A", 6));
        await Eventually.TrueAsync(() => test.Link.Value(BookKey) is null, "the key is deleted");

        Assert.Equal(2, test.Counters.Rejected);
        Assert.Equal(LaneState.Degraded, test.Lane.Status.State);
        Assert.StartsWith("book_chain_broken: 1 order books, deribit.A:orderbook", test.Lane.Status.Reason, StringComparison.Ordinal);
        Assert.Equal(1, test.Log.Count(7103));

        test.Publish(Market.Snapshot("A", 7));
        await test.SettleAsync();
        Assert.Equal(7, Market.ChangeIdOf(test.Link.Value(BookKey)));
        Assert.Equal(LaneState.Ready, test.Lane.Status.State);
    }

    [Fact]
    public async Task Update_without_a_snapshot_is_rejected()
    {
        await using var test = await LaneUnderTest.StartAsync();

        test.Publish(Market.Update("A", 2));
        await test.SettleAsync();

        Assert.Equal(1, test.Counters.Rejected);
        Assert.Empty(test.Link.Commands);
    }

    [Fact]
    public async Task Snapshot_replaces_the_book_without_ghosts()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Publish(Market.Snapshot("A", 1, [new(100, 1), new(99, 1)], [new(101, 1)]));
        test.Publish(Market.Snapshot("A", 2, [new(98, 1)], []));
        await test.SettleAsync();

        using var json = System.Text.Json.JsonDocument.Parse(test.Link.Value(BookKey));
        Assert.Equal(98m, json.RootElement.GetProperty("bids").EnumerateArray().Single().GetProperty("price").GetDecimal());
        Assert.Equal(0, json.RootElement.GetProperty("asks").GetArrayLength());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.RootElement.GetProperty("best_ask_price").ValueKind);
    }

    [Fact]
    public async Task Removed_instrument_loses_all_its_keys_at_once_and_is_forgotten()
    {
        await using var test = await LaneUnderTest.StartAsync(new RedisOptions { MaximumKeys = 2 });
        test.Publish(Market.Snapshot("A", 1));
        await test.SettleAsync();
        test.Link.Hold();
        test.Publish(Market.Trade("A", 1));
        await Eventually.TrueAsync(() => test.Link.Count("SET deribit.A:trade") == 1, "the first trade is on its way");
        test.Publish(Market.Trade("A", 2));

        test.Lane.Remove("deribit.A");
        test.Lane.Remove("deribit.UNKNOWN");
        test.Link.Release();
        await test.SettleAsync();
        await Eventually.TrueAsync(() => test.Link.Keys.Length == 0, "the keys are deleted");

        // Both slots are free again.
        await Eventually.TrueAsync(
            () =>
            {
                test.Publish(Market.Trade("B", 1));
                test.Publish(Market.Trade("C", 1));
                return test.Lane.Status.State == LaneState.Ready && test.Lane.Unsettled == 0 && test.Link.Keys.Length == 2;
            },
            "the slots are free");
        test.AssertConserved();
    }
}
