using MarketData.Pipeline;
using MarketData.Redis.Tests.Support;

namespace MarketData.Redis.Tests.Lane;

/// <summary>Streams that end, and instruments that another replica owns.</summary>
public sealed class ClosedTests
{
    [Theory]
    [InlineData("orderbook")]
    [InlineData("trade")]
    [InlineData("ticker")]
    public async Task Closed_stream_loses_its_key_at_once_and_the_others_keep_theirs(string channel)
    {
        await using var test = await LaneUnderTest.StartAsync();
        PublishAll(test, "A");
        PublishAll(test, "B");
        await test.SettleAsync();
        Assert.Equal(6, test.Link.Keys.Length);

        test.Publish(Market.Integrity("A", IntegrityKind.Closed, channel));
        await FlushedAsync(test, test.Lane.FlushAsync(TestContext.Current.CancellationToken));
        Assert.Equal(5, test.Link.Keys.Length);
        Assert.DoesNotContain("deribit.A:" + channel, test.Link.Keys);

        // It may come back.
        PublishAll(test, "A");
        await test.SettleAsync();
        Assert.Equal(6, test.Link.Keys.Length);
    }

    [Fact]
    public async Task Closed_with_a_write_on_its_way_deletes_after_that_write()
    {
        await using var test = await LaneUnderTest.StartAsync();
        test.Link.Hold();
        test.Publish(Market.Trade("A", 1));
        await Eventually.TrueAsync(() => test.Link.Count("SET deribit.A:trade") == 1, "the trade is on its way");
        test.Publish(Market.Integrity("A", IntegrityKind.Closed, "trade"));
        var flushed = test.Lane.FlushAsync(TestContext.Current.CancellationToken);
        Assert.False(flushed.IsCompleted);
        test.Link.Release();
        await FlushedAsync(test, flushed);
        Assert.Empty(test.Link.Keys);
        await test.SettleAsync();
    }

    [Fact]
    public async Task Held_instrument_waits_at_most_three_seconds_and_the_others_do_not()
    {
        var gate = new SwitchedGate { ["A"] = GateAnswer.Hold };
        await using var test = await LaneUnderTest.StartAsync(gate: gate);
        PublishAll(test, "A");
        PublishAll(test, "B");
        await Eventually.TrueAsync(() => test.Link.Keys.Length == 3, "the other instrument is written");
        test.Time.Advance(TimeSpan.FromSeconds(2.9));
        await Task.Yield();
        Assert.All(test.Link.Keys, key => Assert.StartsWith("deribit.B:", key, StringComparison.Ordinal));

        await test.AdvanceUntilAsync(() => test.Link.Keys.Length == 6, "the held one is written after three seconds");
        await test.SettleAsync();
    }

    [Fact]
    public async Task Hold_that_ended_is_forgotten_so_that_the_next_one_waits_again()
    {
        var gate = new SwitchedGate { ["A"] = GateAnswer.Hold };
        await using var test = await LaneUnderTest.StartAsync(gate: gate);
        test.Publish(Market.Trade("A", 1));
        gate["A"] = GateAnswer.Open;
        await test.AdvanceUntilAsync(() => test.Link.Keys.Length == 1, "the gate opened");
        test.Time.Advance(TimeSpan.FromHours(1));
        gate["A"] = GateAnswer.Hold;
        test.Publish(Market.Trade("A", 2));
        test.Publish(Market.Trade("B", 1));
        await Eventually.TrueAsync(() => test.Link.Keys.Length == 2, "the other instrument is written");
        Assert.Equal(1, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
        gate["A"] = GateAnswer.Open;
        await test.AdvanceUntilAsync(
            () => Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq") == 2, "the second trade is written");
    }

    [Fact]
    public async Task Lost_instrument_is_neither_written_nor_refreshed_nor_deleted()
    {
        var gate = new SwitchedGate();
        await using var test = await LaneUnderTest.StartAsync(gate: gate);
        PublishAll(test, "A");
        await test.SettleAsync();
        var commands = CommandsOf(test);
        gate["A"] = GateAnswer.Lost;
        test.Publish(Market.Update("A", 2));
        test.Publish(Market.Trade("A", 2));
        test.Publish(Market.Integrity("A", IntegrityKind.Gap));
        test.Publish(Market.Integrity("A", IntegrityKind.Closed, "trade"));
        test.Publish(Market.Trade("B", 1));
        await test.SettleAsync();
        for (var i = 0; i < 20; i++)
            test.Time.Advance(TimeSpan.FromMilliseconds(500));
        await test.Lane.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(commands, CommandsOf(test));
        Assert.Contains("deribit.A:orderbook", test.Link.Keys);
        Assert.Equal(1, Market.NumberOf(test.Link.Value("deribit.A:trade"), "trade_seq"));
        test.AssertConserved();
    }

    private static int CommandsOf(LaneUnderTest test) =>
        test.Link.Commands.Count(command => command.Contains(" deribit.A:", StringComparison.Ordinal));

    private static Task FlushedAsync(LaneUnderTest test, Task flushed) => test.AdvanceUntilAsync(() => flushed.IsCompleted, "the lane is flushed");

    private static void PublishAll(LaneUnderTest test, string instrument)
    {
        test.Publish(Market.Snapshot(instrument, 1));
        test.Publish(Market.Trade(instrument, 1));
        test.Publish(Market.Ticker(instrument, 1));
    }
}
