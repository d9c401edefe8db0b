using MarketData.Trades;

namespace MarketData.Tests.Trades;

/// <summary>Where a tape begins, goes on after a restart, and what it finds after time away.</summary>
public sealed class TradeTapeResumeTests
{
    [Fact]
    public void Everything_behind_an_earlier_runs_last_trade_is_fetched_though_no_live_trade_comes()
    {
        var (rig, past) = Resume(5, newest: 8);
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(["Behind 5.."], past.Asked);
        Assert.Equal(["Disconnected 5..", "Connected 5..", "TradeGap 6..8", "trade 6", "trade 7", "trade 8", "Backfilled 6..8", "Resynced 5..9"], rig.Story);
        Assert.Equal([6L, 7L, 8L], rig.Output.OfType<TradeEvent>().Select(one => one.CompleteUpTo));
        Assert.Equal(0, rig.Set.Counts.Duplicates);
    }

    [Fact]
    public void Position_that_is_learnt_late_shows_what_the_tape_left_out_before_its_first_trade()
    {
        var (rig, past) = Begin(newest: 8);
        rig.Accept(9);
        rig.Set.Learn("A-PERP", new TradePosition(5, "T5", 50), rig.Output);
        past.AnswerAll();
        // Number 8 is what the tape began behind: not published then, and missing now.
        Assert.Equal(["Connected ..", "trade 9", "TradeGap 6..8", "trade 6", "trade 7", "trade 8", "Backfilled 6..8"], rig.Story);
        rig.Set.Learn("A-PERP", new TradePosition(5, "T5", 50), rig.Output);
        rig.Accept(10);
        Assert.Equal(["trade 10"], rig.Story.Skip(7));
        Assert.Equal([10L], rig.Output.OfType<TradeEvent>().TakeLast(1).Select(one => one.CompleteUpTo));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_an_earlier_run_published_behind_a_hole_that_it_left_open_is_not_published_again(bool isLearntLate)
    {
        var position = new TradePosition(5, "T5", 50) { Ahead = [new(8, "T8", 80), new(9, "T9", 90)] };
        var rig = isLearntLate ? new TapeRig(awaitsPosition: true) : new TapeRig(new TradeTapeOptions(), position);
        rig.Set.Connected(1, rig.Output);
        var past = new PastTrades(rig) { Newest = 11 };
        if (isLearntLate)
        {
            rig.Accept(11);
            rig.Set.Learn("A-PERP", position, rig.Output);
        }

        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Accept(12);
        long[] expected = isLearntLate ? [11, 6, 7, 10, 12] : [6, 7, 10, 11, 12];
        Assert.Equal(expected, rig.Output.OfType<TradeEvent>().Select(trade => trade.TradeSequence));
        Assert.Equal(12, rig.Output.OfType<TradeEvent>().Last().CompleteUpTo);
        Assert.Contains(isLearntLate ? "Backfilled 6..10" : "Backfilled 6..11", rig.Story);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_trade_is_a_place_to_go_on_from_before_it_is_known_where_an_earlier_tape_ended(bool wasNone)
    {
        var rig = new TapeRig(awaitsPosition: true);
        rig.Set.Connected(1, rig.Output);
        var past = new PastTrades(rig) { Newest = 8 };
        past.AnswerAll();
        rig.Accept(9);
        Assert.Equal([TradeEvent.BeginningUnknown], rig.Output.OfType<TradeEvent>().Select(one => one.CompleteUpTo));
        if (wasNone)
            rig.Set.LearnNone("A-PERP");
        else
            rig.Set.Learn("A-PERP", new TradePosition(5, "T5", 50), rig.Output);
        past.AnswerAll();
        rig.Accept(10);
        Assert.Equal(10, rig.Output.OfType<TradeEvent>().Last().CompleteUpTo);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    public void Position_that_is_learnt_late_and_was_passed_changes_nothing(long sequence)
    {
        var (rig, past) = Begin(newest: 8);
        rig.Accept(9);
        rig.Set.Learn("A-PERP", new TradePosition(sequence, $"T{sequence}", sequence * 10), rig.Output);
        past.AnswerAll();
        Assert.Equal(["Connected ..", "trade 9"], rig.Story);
    }

    [Fact]
    public void Position_that_is_learnt_before_the_first_answer_is_where_the_tape_goes_on()
    {
        var rig = new TapeRig();
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        rig.Set.Learn("A-PERP", new TradePosition(5, "T5", 50), rig.Output);
        var past = new PastTrades(rig) { Newest = 7 };
        past.AnswerAll();
        Assert.Equal(["Connected ..", "Disconnected 5..", "TradeGap 6..7", "trade 6", "trade 7", "Backfilled 6..7", "Resynced 5..8"], rig.Story);
    }

    [Fact]
    public void Nothing_missed_is_said_so()
    {
        var (rig, past) = Resume(5, newest: 5);
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(["Disconnected 5..", "Connected 5..", "Resynced 5..6"], rig.Story);
    }

    [Fact]
    public void Long_absence_is_one_hole_however_many_pages_it_takes()
    {
        var (rig, past) = Resume(5, newest: 3_500);
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(["Behind 5..", "Newest 0..", "Hole 1005..3500", "Hole 2005..3500", "Hole 3005..3500"], past.Asked);
        Assert.Equal(Enumerable.Range(6, 3_495).Select(one => (long)one), Published(rig));
        Assert.Equal(
            [
                "Disconnected 5..", "Connected 5..", "TradeGap 6..1004", "Backfilled 6..1004", "TradeGap 1005..3500", "Resynced 5..3501",
                "Backfilled 1005..3500",
            ],
            Ledger(rig));
    }

    [Fact]
    public void Live_trade_that_comes_first_waits_for_what_was_missed()
    {
        var (rig, past) = Resume(5, newest: 9);
        rig.Accept(9, 10);
        Assert.Empty(Published(rig));
        rig.Tape.Subscribed();
        past.Newest = 10;
        past.AnswerAll();
        Assert.Equal([6L, 7L, 8L, 9L, 10L], Published(rig));
    }

    [Fact]
    public void Live_trade_published_by_the_earlier_run_is_a_duplicate()
    {
        var (rig, _) = Resume(5, newest: 5);
        rig.Accept(4, 5, 6);
        Assert.Equal([6L], Published(rig));
        Assert.Equal(2, rig.Set.Counts.Duplicates);
    }

    [Fact]
    public void Fault_row_39_position_whose_trade_has_another_id_begins_anew_and_fetches_no_million()
    {
        var (rig, past) = Resume(5, newest: 9, id: "another");
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(["Disconnected 5..", "Connected 5..", "Restarted 5..5", "Resynced 5..10"], Ledger(rig));
        Assert.Equal([5L, 6L, 7L, 8L, 9L], Published(rig));
    }

    [Fact]
    public void Fault_row_39_sequence_that_went_back_while_away_begins_anew()
    {
        var (rig, past) = Resume(2_000_000, newest: 3, time: 1);
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(["Behind 2000000..", "Newest 0.."], past.Asked);
        Assert.Equal(["Disconnected 2000000..", "Connected 2000000..", "Restarted 2000000..3", "Resynced 2000000..4"], Ledger(rig));
        Assert.Equal([3L], Published(rig));
        rig.Accept(4);
        Assert.Equal([3L, 4L], Published(rig));
    }

    [Fact]
    public void Fault_row_39_live_trade_below_the_position_and_newer_begins_anew()
    {
        var (rig, _) = Resume(3, newest: 3, time: 30);
        rig.Tape.Accept(TapeRig.Trade(1, id: "new", time: 31), rig.Output);
        Assert.Equal(["Disconnected 3..", "Connected 3..", "Restarted 3..1", "Resynced 3..1"], Ledger(rig));
        Assert.Equal([1L], Published(rig));
    }

    [Fact]
    public void Quiet_instrument_of_which_nothing_is_kept_goes_on_with_its_next_trade()
    {
        var (rig, past) = Resume(5, newest: 5);
        past.Oldest = 6;
        past.Newest = 5;
        rig.Tape.Subscribed();
        var behind = rig.Set.TakeRequest()!;
        rig.Tape.Answered(behind, [], false, rig.Output);
        rig.Tape.Answered(rig.Set.TakeRequest()!, [], false, rig.Output);
        Assert.Null(rig.Set.TakeRequest());
        rig.Accept(6);
        Assert.Equal(["Disconnected 5..", "Connected 5..", "Resynced 5..6", "trade 6"], rig.Story);
    }

    [Fact]
    public void Trades_missed_during_a_reconnect_are_found_without_a_live_trade()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 7 };
        rig.Set.Connected(1, rig.Output);
        rig.Accept(5);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Tape.Subscribed();
        rig.Output.Clear();
        past.AnswerAll();
        Assert.Equal(["TradeGap 6..7", "trade 6", "trade 7", "Backfilled 6..7", "Resynced 5..8"], rig.Story);
    }

    [Fact]
    public void Live_trade_that_continues_saves_the_question()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        rig.Set.Connected(1, rig.Output);
        rig.Accept(5);
        rig.Tape.Subscribed();
        rig.Accept(6);
        Assert.Null(rig.Set.TakeRequest());
    }

    [Fact]
    public void Tape_without_a_position_begins_behind_the_newest_trade_so_that_the_first_live_one_shows_a_hole()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 7 };
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        past.AnswerAll();
        past.Newest = 9;
        rig.Accept(9);
        past.AnswerAll();
        Assert.Equal(["Connected ..", "TradeGap 8..8", "trade 8", "Backfilled 8..8", "trade 9"], rig.Story);
    }

    [Fact]
    public void Trade_that_the_exchange_told_before_its_feed_sent_it_is_published()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 7 };
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Accept(6, 7, 7, 8);
        Assert.Equal([6L, 7L, 8L], Published(rig));
        Assert.Equal(1, rig.Set.Counts.Duplicates);
    }

    [Fact]
    public void First_trade_ever_that_falls_into_a_reconnect_is_fetched()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig);
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Set.Disconnected("Lost.", rig.Output);
        past.Newest = 2;
        rig.Set.Connected(2, rig.Output);
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(["Newest 0..", "Behind 1.."], past.Asked);
        Assert.Equal([1L, 2L], Published(rig));
    }

    [Fact]
    public void Rejected_message_shows_its_trades_as_a_hole_at_once()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 4 };
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Accept(5);
        past.Newest = 6;
        rig.Output.Clear();
        rig.Tape.Reject("The price is missing.", "{}"u8, rig.Output);
        past.AnswerAll();
        Assert.Equal(["Rejected 5..", "TradeGap 6..6", "trade 6", "Backfilled 6..6"], rig.Story);
    }

    [Fact]
    public void Failed_question_is_asked_again()
    {
        var (rig, past) = Resume(5, newest: 6);
        rig.Tape.Subscribed();
        rig.Tape.Failed(rig.Set.TakeRequest()!, "The connection was lost.", isFinal: false, rig.Output);
        Assert.Null(rig.Set.TakeRequest());
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        past.AnswerAll();
        Assert.Equal([6L], Published(rig));
    }

    [Fact]
    public void Position_that_is_learnt_late_shows_what_is_missing_and_fetches_it()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 9 };
        rig.Set.Connected(1, rig.Output);
        rig.Accept(9);
        rig.Output.Clear();
        rig.Tape.Learn(new TradePosition(5, "T5", 50), rig.Output);
        past.AnswerAll();
        rig.Accept(10);
        Assert.Equal(["TradeGap 6..8", "trade 6", "trade 7", "trade 8", "Backfilled 6..8", "trade 10"], rig.Story);
        Assert.Empty(rig.Tape.OpenGaps);
        Assert.Equal((0L, 0L), (rig.Tape.Counts.Missing, rig.Tape.Counts.LateHoles));
    }

    [Fact]
    public void Position_that_is_learnt_late_by_a_tape_that_began_behind_the_newest_trade_brings_that_one_too()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 7 };
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Output.Clear();
        rig.Tape.Learn(new TradePosition(5, "T5", 50), rig.Output);
        past.AnswerAll();
        rig.Accept(8);
        Assert.Equal([6L, 7L, 8L], Published(rig).Order());
        Assert.Equal(["TradeGap 6..7", "Backfilled 6..7"], Ledger(rig));
    }

    [Fact]
    public void Quiet_tape_that_learns_its_position_late_asks_what_came_behind_it()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 7 };
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        rig.Output.Clear();
        rig.Tape.Learn(new TradePosition(5, "T5", 50), rig.Output);
        past.AnswerAll();
        Assert.Equal([6L, 7L], Published(rig));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    public void Position_that_is_learnt_late_and_no_trade_behind_it_is_missing_changes_nothing(long last)
    {
        var rig = new TapeRig(new TradeTapeOptions());
        rig.Set.Connected(1, rig.Output);
        rig.Accept(9, 10);
        rig.Output.Clear();
        rig.Tape.Learn(new TradePosition(last, $"T{last}", last * 10), rig.Output);
        Assert.Empty(rig.Output);
    }

    private static (TapeRig Rig, PastTrades Past) Resume(long last, long newest, string? id = null, long? time = null)
    {
        var rig = new TapeRig(new TradeTapeOptions(), new TradePosition(last, id ?? $"T{last}", time ?? last * 10));
        rig.Set.Connected(1, rig.Output);
        return (rig, new PastTrades(rig) { Newest = newest });
    }

    // A tape that was told of no position, and so began behind the exchange's newest trade.
    private static (TapeRig Rig, PastTrades Past) Begin(long newest)
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = newest };
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        past.AnswerAll();
        return (rig, past);
    }

    private static IEnumerable<long> Published(TapeRig rig) => rig.Output.OfType<TradeEvent>().Select(one => one.TradeSequence);

    private static IEnumerable<string> Ledger(TapeRig rig) => rig.Story.Where(one => !one.StartsWith("trade", StringComparison.Ordinal));
}
