using MarketData.Trades;

namespace MarketData.Tests.Trades;

public sealed class TradeTapeOrderTests
{
    private static readonly TradeTapeOptions s_hold = new();

    [Fact]
    public void Trades_behind_a_hole_wait_and_come_out_in_sequence()
    {
        var rig = new TapeRig(s_hold).Accept(5, 9, 10);
        Assert.Equal(["trade 5", "TradeGap 6..8"], rig.Story);
        Assert.Equal((2L, 3L, 1L, 0L), (rig.Set.Counts.Waiting, rig.Set.Counts.Missing, rig.Set.Counts.OpenHoles, rig.Set.Counts.LateHoles));
        rig.Accept(7, 6, 10, 8, 11);
        Assert.Equal(
            ["trade 5", "TradeGap 6..8", "trade 6", "trade 7", "trade 8", "Backfilled 6..8", "trade 9", "trade 10", "trade 11"], rig.Story);
        Assert.Equal((0L, 0L, 1L), (rig.Set.Counts.Waiting, rig.Set.Counts.OpenHoles, rig.Set.Counts.Duplicates));
    }

    [Fact]
    public void Trades_that_waited_long_enough_are_published_and_the_rest_follows_out_of_sequence()
    {
        var rig = new TapeRig(s_hold).Accept(5, 9);
        rig.Time.Advance(TimeSpan.FromSeconds(4.9));
        rig.Set.Tick(rig.Output);
        Assert.Equal(["trade 5", "TradeGap 6..8"], rig.Story);
        rig.Time.Advance(TimeSpan.FromSeconds(0.1));
        rig.Set.Tick(rig.Output);
        rig.Accept(10);
        Assert.Equal(1, rig.Set.Counts.LateHoles);
        rig.Accept(6, 7, 8);
        Assert.Equal(
            ["trade 5", "TradeGap 6..8", "trade 9", "trade 10", "trade 6", "trade 7", "trade 8", "Backfilled 6..8"], rig.Story);
        Assert.Contains("later trades were published before them", rig.Integrity.Last().Detail, StringComparison.Ordinal);
        Assert.Equal(0, rig.Set.Counts.LateHoles);
    }

    [Fact]
    public void Complete_up_to_stays_before_an_open_hole_and_goes_on_when_it_is_closed()
    {
        var rig = new TapeRig(s_hold).Accept(5, 9);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.Set.Tick(rig.Output);
        rig.Accept(10, 6, 8, 7, 11);
        Assert.Equal(
            [(5L, 5L), (9L, 5L), (10L, 5L), (6L, 6L), (8L, 6L), (7L, 10L), (11L, 11L)],
            rig.Output.OfType<TradeEvent>().Select(trade => (trade.TradeSequence, trade.CompleteUpTo)));
    }

    [Fact]
    public void Complete_up_to_counts_one_by_one_while_waiting_trades_come_out()
    {
        var rig = new TapeRig(s_hold).Accept(5, 7, 8, 9, 6);
        Assert.Equal([5L, 6L, 7L, 8L, 9L], rig.Output.OfType<TradeEvent>().Select(trade => trade.CompleteUpTo));
    }

    [Fact]
    public void Two_holes_open_their_trades_one_after_the_other_and_the_ledger_follows_the_trades()
    {
        var rig = new TapeRig(s_hold).Accept(1, 3, 5);
        rig.Accept(4);
        Assert.Equal(["trade 1", "TradeGap 2..2", "TradeGap 4..4"], rig.Story);
        rig.Accept(2);
        Assert.Equal(
            ["trade 1", "TradeGap 2..2", "TradeGap 4..4", "trade 2", "Backfilled 2..2", "trade 3", "trade 4", "Backfilled 4..4", "trade 5"],
            rig.Story);
    }

    [Fact]
    public void Trades_beyond_the_limit_do_not_wait()
    {
        var rig = new TapeRig(new TradeTapeOptions { MaxWaiting = 2 }).Accept(1, 3, 4, 5);
        Assert.Equal(["trade 1", "TradeGap 2..2", "trade 3", "trade 4", "trade 5"], rig.Story);
        Assert.Equal((0L, 1L), (rig.Set.Counts.Waiting, rig.Set.Counts.LateHoles));
    }

    [Fact]
    public void Removal_publishes_what_waits_before_the_holes_are_closed_and_never_passes_them()
    {
        var rig = new TapeRig(s_hold).Accept(5, 8);
        rig.Set.Remove(rig.Tape, "The symbol was removed.", rig.Output);
        Assert.Equal(["trade 5", "TradeGap 6..7", "trade 8", "Unrecoverable 6..7"], rig.Story);
        Assert.StartsWith("The symbol was removed.", rig.Integrity.Last().Detail, StringComparison.Ordinal);
        Assert.Equal(5, rig.Output.OfType<TradeEvent>().Last().CompleteUpTo);
        Assert.Equal((0L, 0L, 0L), (rig.Set.Counts.Waiting, rig.Set.Counts.OpenHoles, rig.Set.Counts.LateHoles));
    }

    [Fact]
    public void Stop_publishes_what_waits()
    {
        var rig = new TapeRig(s_hold).Accept(5, 8);
        rig.Set.Close("The collector stopped.", rig.Output);
        Assert.Equal(["trade 5", "TradeGap 6..7", "trade 8", "Unrecoverable 6..7"], rig.Story);
    }

    [Fact]
    public void Fault_row_39_restart_publishes_what_waits_of_the_old_sequence_first()
    {
        var rig = new TapeRig(s_hold).Accept(1, 2, 3, 6);
        rig.Tape.Accept(TapeRig.Trade(2, id: "other", time: 500), rig.Output);
        Assert.Equal(
            ["trade 1", "trade 2", "trade 3", "TradeGap 4..5", "trade 6", "Restarted 6..2", "Unrecoverable 4..5", "trade 2"], rig.Story);
    }

    [Fact]
    public void Epochs_never_fall_when_a_hole_of_an_earlier_connection_is_repaired_on_a_later_one()
    {
        var rig = new TapeRig(s_hold);
        rig.Tape.Accept(TapeRig.Trade(1) with { Epoch = 1 }, rig.Output);
        rig.Tape.Accept(TapeRig.Trade(3) with { Epoch = 1 }, rig.Output);
        rig.Tape.Accept(TapeRig.Trade(4) with { Epoch = 2 }, rig.Output);
        rig.Tape.Accept(TapeRig.Trade(2, source: TradeSource.Backfill) with { Epoch = 2 }, rig.Output);
        Assert.Equal([(1L, 1L), (2L, 1L), (3L, 1L), (4L, 2L)], rig.Output.OfType<TradeEvent>().Select(one => (one.TradeSequence, one.Epoch)));
    }

    [Fact]
    public void Tape_without_a_hole_allocates_nothing_for_a_trade()
    {
        var rig = new TapeRig(s_hold);
        var trades = Enumerable.Range(1, 2000).Select(one => TapeRig.Trade(one)).ToList();
        rig.Output.Capacity = 4000;
        for (var i = 0; i < 1100; i++) rig.Set.Accept(trades[i], rig.Output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1100; i < 2000; i++) rig.Set.Accept(trades[i], rig.Output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
