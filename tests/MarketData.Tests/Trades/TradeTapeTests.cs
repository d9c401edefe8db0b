using MarketData.Trades;

namespace MarketData.Tests.Trades;

public sealed class TradeTapeTests
{
    [Fact]
    public void Trades_in_sequence_are_published_without_more()
    {
        var rig = new TapeRig().Accept(7, 8, 9);
        Assert.Equal(["trade 7", "trade 8", "trade 9"], rig.Story);
        Assert.Equal(9, rig.Tape.LastSequence);
    }

    [Fact]
    public void Fault_row_38_duplicates_are_dropped_and_counted()
    {
        var rig = new TapeRig().Accept(7, 8, 8, 7, 9);
        Assert.Equal(["trade 7", "trade 8", "trade 9"], rig.Story);
        Assert.Equal((3L, 2L), (rig.Set.Counts.Published, rig.Set.Counts.Duplicates));
    }

    [Fact]
    public void Fault_row_38_hole_is_reported_with_first_and_last_missing_before_the_trade()
    {
        var rig = new TapeRig().Accept(5, 9);
        Assert.Equal(["trade 5", "TradeGap 6..8", "trade 9"], rig.Story);
        var gap = Assert.Single(rig.Integrity);
        Assert.Equal(("trade", 50L, 90L), (gap.Channel, gap.FromTimeUnixMs!.Value, gap.ToTimeUnixMs!.Value));
        Assert.Equal(new TradeGap(6, 8, 3), Assert.Single(rig.Tape.OpenGaps));
        Assert.Equal((1L, 3L), (rig.Set.Counts.Gaps, rig.Set.Counts.Missing));
    }

    [Fact]
    public void Late_trades_shrink_the_hole_and_the_last_one_closes_it()
    {
        var rig = new TapeRig().Accept(5, 9, 7, 7, 6);
        Assert.Equal(new TradeGap(6, 8, 1), Assert.Single(rig.Tape.OpenGaps));
        rig.Tape.Accept(TapeRig.Trade(8, source: TradeSource.Backfill), rig.Output);
        Assert.Equal(
            ["trade 5", "TradeGap 6..8", "trade 9", "trade 7", "trade 6", "trade 8", "Backfilled 6..8"],
            rig.Story);
        Assert.Empty(rig.Tape.OpenGaps);
        Assert.Equal((0L, 1L, 1L), (rig.Set.Counts.Missing, rig.Set.Counts.Backfilled, rig.Set.Counts.Duplicates));
        var backfilled = rig.Integrity.Last();
        Assert.Equal((50L, 90L), (backfilled.FromTimeUnixMs!.Value, backfilled.ToTimeUnixMs!.Value));
    }

    [Fact]
    public void Late_trade_below_the_first_is_published_once_and_opens_no_hole()
    {
        var rig = new TapeRig().Accept(50, 45, 45, 51);
        Assert.Equal(["trade 50", "trade 45", "trade 51"], rig.Story);
        Assert.Equal(0, rig.Set.Counts.Missing);
    }

    [Fact]
    public void Fault_row_38_thousand_trades_in_one_millisecond_are_all_published_once()
    {
        var rig = new TapeRig();
        for (var round = 0; round < 2; round++)
        {
            for (long i = 1; i <= 1000; i++) rig.Tape.Accept(TapeRig.Trade(i, time: 1), rig.Output);
        }

        Assert.Equal(1000, rig.Output.Count);
        Assert.Equal(1000, rig.Set.Counts.Duplicates);
    }

    [Fact]
    public void Fault_row_39_number_used_again_by_another_trade_is_published_as_a_restart()
    {
        var rig = new TapeRig().Accept(1, 2, 3, 6);
        rig.Output.Clear();
        rig.Tape.Accept(TapeRig.Trade(2, id: "other", time: 500), rig.Output);
        rig.Tape.Accept(TapeRig.Trade(3, id: "another", time: 501), rig.Output);
        Assert.Equal(["Restarted 6..2", "Unrecoverable 4..5", "trade 2", "trade 3"], rig.Story);
        Assert.StartsWith("sequence restarted", rig.Integrity.First().Detail, StringComparison.Ordinal);
        Assert.Equal((1L, 0L), (rig.Set.Counts.Restarts, rig.Set.Counts.Missing));
    }

    [Fact]
    public void Fault_row_39_sequence_that_goes_far_back_is_a_restart_and_nothing_is_repaired()
    {
        var rig = new TapeRig().Accept(187_000_000, 187_000_001);
        rig.Output.Clear();
        rig.Tape.Accept(TapeRig.Trade(1, time: 1_870_000_020), rig.Output);
        rig.Tape.Accept(TapeRig.Trade(2, time: 1_870_000_021), rig.Output);
        Assert.Equal(["Restarted 187000001..1", "trade 1", "trade 2"], rig.Story);
        Assert.Empty(rig.Tape.OpenGaps);
    }

    [Fact]
    public void Fault_row_39_number_too_old_to_remember_but_newer_in_time_is_a_restart()
    {
        var rig = new TapeRig(new TradeTapeOptions { RecentTrades = 4 });
        rig.Accept(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        rig.Output.Clear();
        rig.Tape.Accept(TapeRig.Trade(1, id: "old", time: 10), rig.Output);
        Assert.Empty(rig.Output);
        rig.Tape.Accept(TapeRig.Trade(1, id: "new", time: 101), rig.Output);
        Assert.Equal(["Restarted 10..1", "trade 1"], rig.Story);
    }

    [Fact]
    public void Fault_row_39_jump_beyond_the_limit_is_reported_and_never_repaired()
    {
        var rig = new TapeRig().Accept(1, 5_000_000, 5_000_001);
        Assert.Equal(
            ["trade 1", "TradeGap 2..4999999", "Unrecoverable 2..4999999", "trade 5000000", "trade 5000001"],
            rig.Story);
        Assert.Equal((0L, 4_999_998L), (rig.Set.Counts.Missing, rig.Set.Counts.GivenUp));
    }

    [Fact]
    public void Holes_beyond_the_limit_give_up_the_oldest_with_an_event()
    {
        var rig = new TapeRig(new TradeTapeOptions { MaxRanges = 2, HoldFor = TimeSpan.Zero }).Accept(1, 3, 5);
        Assert.Equal(["trade 1", "TradeGap 2..2", "trade 3", "TradeGap 4..4", "trade 5", "Unrecoverable 2..2"], rig.Story);
        rig.Output.Clear();
        rig.Accept(2, 4);
        Assert.Equal(["trade 4", "Backfilled 4..4"], rig.Story);
        Assert.Equal((0L, 1L), (rig.Set.Counts.Missing, rig.Set.Counts.GivenUp));
    }

    [Fact]
    public void Reconnect_without_a_hole_is_proven_by_the_first_trade()
    {
        var rig = new TapeRig().Accept(5);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Disconnected("Lost again.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Accept(5, 6, 7);
        Assert.Equal(["trade 5", "Disconnected 5..", "Connected 5..", "Resynced 5..6", "trade 6", "trade 7"], rig.Story);
        Assert.Equal(2, rig.Integrity.Last().Epoch);
    }

    [Fact]
    public void Reconnect_with_a_hole_opens_a_gap()
    {
        var rig = new TapeRig().Accept(5);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Accept(9);
        Assert.Equal(["trade 5", "Disconnected 5..", "Connected 5..", "Resynced 5..9", "TradeGap 6..8", "trade 9"], rig.Story);
    }

    [Fact]
    public void Reconnect_before_the_first_trade_is_closed_by_it()
    {
        var rig = new TapeRig();
        rig.Set.Connected(1, rig.Output);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Accept(9, 10);
        Assert.Equal(["Connected ..", "Disconnected ..", "Connected ..", "Resynced ..9", "trade 9", "trade 10"], rig.Story);
    }

    [Fact]
    public void Reject_keeps_the_raw_message()
    {
        var rig = new TapeRig();
        rig.Tape.Reject("The price is missing.", "{}"u8, rig.Output);
        Assert.Equal("{}"u8, Assert.Single(rig.Integrity).Raw.Span);
    }

    [Fact]
    public void Trades_of_one_message_out_of_sequence_show_no_hole()
    {
        var rig = new TapeRig();
        rig.Set.Add(new Instrument { Exchange = "venue", Name = "B" });
        var other = TapeRig.Trade(70) with { InstrumentName = "B", Key = "venue.B" };
        var unknown = TapeRig.Trade(1) with { InstrumentName = "?" };
        List<TradeEvent> message = [TapeRig.Trade(5), other, TapeRig.Trade(7), TapeRig.Trade(6), unknown];
        Assert.Equal(1, rig.Set.Accept(message, rig.Output));
        Assert.Equal(["trade 5", "trade 6", "trade 7", "trade 70"], rig.Story);
    }

    [Fact]
    public void Set_refuses_trades_of_instruments_it_does_not_have()
    {
        var rig = new TapeRig();
        Assert.False(rig.Set.Accept(TapeRig.Trade(1) with { InstrumentName = "B" }, rig.Output));
        Assert.True(rig.Set.Accept(TapeRig.Trade(1), rig.Output));
        Assert.Same(rig.Tape, rig.Set.Add(rig.Tape.Instrument));
        rig.Set.Remove(rig.Tape, "Done.", rig.Output);
        Assert.Null(rig.Set.Find("A-PERP"));
        Assert.Equal(1, rig.Set.Counts.Published);
    }

    [Fact]
    public void Closing_counts_from_its_opening_although_late_trades_moved_the_tape()
    {
        var rig = new TapeRig().Accept(5);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Accept(6);
        rig.Set.Connected(2, rig.Output);
        rig.Accept(7);
        var opening = Assert.Single(rig.Integrity, e => e.Kind == IntegrityKind.Disconnected);
        var closing = Assert.Single(rig.Integrity, e => e.Kind == IntegrityKind.Resynced);
        Assert.Equal((opening.FromId, opening.FromTimeUnixMs), (closing.FromId, closing.FromTimeUnixMs));
    }
}
