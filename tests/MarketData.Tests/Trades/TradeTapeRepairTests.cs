using MarketData.Trades;

namespace MarketData.Tests.Trades;

public sealed class TradeTapeRepairTests
{
    [Fact]
    public void Hole_is_asked_for_and_filled_in_sequence()
    {
        var (rig, past) = Start(new TradeTapeOptions());
        rig.Accept(5, 9);
        past.Newest = 9;
        Assert.Equal(1, past.AnswerAll());
        Assert.Equal(["Hole 6..8"], past.Asked);
        Assert.Equal(["trade 5", "TradeGap 6..8", "trade 6", "trade 7", "trade 8", "Backfilled 6..8", "trade 9"], rig.Story);
        var repaired = rig.Output.OfType<TradeEvent>().Where(one => one.TradeSequence is > 5 and < 9);
        Assert.All(repaired, one => Assert.Equal(TradeSource.Backfill, one.Source));
        Assert.Equal(3, rig.Set.Counts.Fetched);
        Assert.Null(rig.Set.TakeRequest());
    }

    [Fact]
    public void Nothing_is_asked_while_there_is_no_connection()
    {
        var (rig, past) = Start(new TradeTapeOptions());
        rig.Accept(5, 9);
        rig.Set.Disconnected("Lost.", rig.Output);
        Assert.Null(rig.Set.TakeRequest());
        rig.Set.Connected(2, rig.Output);
        Assert.Null(rig.Set.TakeRequest());
        rig.Tape.Subscribed();
        past.Newest = 9;
        past.AnswerAll();
        Assert.Equal(0, rig.Set.Counts.Missing);
    }

    [Fact]
    public void Fault_row_38_two_thousand_missing_trades_of_one_millisecond_are_lost_at_no_page_edge()
    {
        var (rig, past) = Start(new TradeTapeOptions());
        rig.Tape.Accept(TapeRig.Trade(1, time: 10), rig.Output);
        rig.Tape.Accept(TapeRig.Trade(2502, time: 10), rig.Output);
        past.Newest = 2502;
        past.AnswerAll();
        Assert.Equal(["Hole 2..2501", "Hole 1002..2501", "Hole 2002..2501"], past.Asked);
        Assert.Equal(Enumerable.Range(1, 2502).Select(one => (long)one), Published(rig));
        Assert.Equal(0, rig.Set.Counts.Duplicates);
    }

    [Fact]
    public void Part_that_is_older_than_what_is_kept_comes_from_the_archive()
    {
        var (rig, past) = Start(new TradeTapeOptions { HasArchive = true });
        rig.Accept(5, 20);
        (past.Newest, past.Oldest) = (20, 12);
        past.AnswerAll();
        Assert.Equal(["Hole 6..19", "archive Hole 6..19"], past.Asked);
        Assert.Equal(Enumerable.Range(5, 16).Select(one => (long)one), Published(rig));
        Assert.Equal("Backfilled 6..19", rig.Story.ElementAt(rig.Story.Count() - 2));
    }

    [Fact]
    public void Part_that_nobody_keeps_is_unrecoverable_at_once_and_the_rest_is_backfilled()
    {
        var (rig, past) = Start(new TradeTapeOptions());
        rig.Accept(5, 20);
        (past.Newest, past.Oldest) = (20, 12);
        past.AnswerAll();
        Assert.Equal(["TradeGap 6..19", "Unrecoverable 6..11", "Backfilled 12..19"], Ledger(rig));
        var unrecoverable = rig.Integrity.First(one => one.Kind == IntegrityKind.Unrecoverable);
        Assert.Contains("the oldest that it gave is 12", unrecoverable.Detail, StringComparison.Ordinal);
        Assert.Equal([5, .. Enumerable.Range(12, 9).Select(one => (long)one)], Published(rig));
        Assert.Equal((0L, 6L), (rig.Set.Counts.Missing, rig.Set.Counts.GivenUp));
        // What was given up no longer holds the checkpoint back.
        Assert.Equal(20, rig.Output.OfType<TradeEvent>().Last().CompleteUpTo);
    }

    [Fact]
    public void Silent_empty_page_is_asked_again_and_given_up_after_the_last_attempt()
    {
        var (rig, past) = Start(new TradeTapeOptions { FruitlessAttempts = 3 });
        rig.Accept(5, 8);
        (past.Newest, past.Oldest) = (8, 9);
        Assert.Equal(1, past.AnswerAll());
        rig.Time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.Equal(0, past.AnswerAll());
        rig.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, past.AnswerAll());
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, past.AnswerAll());
        Assert.Equal(["TradeGap 6..7", "Unrecoverable 6..7"], Ledger(rig));
        Assert.Equal([5L, 8L], Published(rig));
    }

    [Fact]
    public void Page_that_lags_behind_the_live_feed_is_asked_for_again()
    {
        var (rig, past) = Start(new TradeTapeOptions());
        rig.Accept(5, 9);
        past.Newest = 6;
        past.AnswerAll();
        past.Newest = 9;
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        past.AnswerAll();
        Assert.Equal([5L, 6L, 7L, 8L, 9L], Published(rig));
        Assert.Equal(["TradeGap 6..8", "Backfilled 6..8"], Ledger(rig));
    }

    [Fact]
    public void Trade_left_out_in_the_middle_of_a_page_is_closed_on_its_own()
    {
        var (rig, past) = Start(new TradeTapeOptions { FruitlessAttempts = 1 });
        rig.Accept(5, 9);
        past.Newest = 9;
        past.Forgotten.Add(7);
        past.AnswerAll();
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        past.AnswerAll();
        Assert.Equal(["TradeGap 6..8", "Backfilled 6..6", "Unrecoverable 7..7", "Backfilled 8..8"], Ledger(rig));
        Assert.Equal([5L, 6L, 8L, 9L], Published(rig));
    }

    [Fact]
    public void Calls_that_fail_are_repeated_with_a_growing_wait_and_end_with_their_reason()
    {
        var (rig, _) = Start(new TradeTapeOptions { MaxFailures = 3 });
        rig.Accept(5, 9);
        Fail(rig, "too_many_requests", isFinal: false);
        Assert.Null(rig.Set.TakeRequest());
        rig.Time.Advance(TimeSpan.FromSeconds(0.5));
        Fail(rig, "too_many_requests", isFinal: false);
        rig.Time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Null(rig.Set.TakeRequest());
        rig.Time.Advance(TimeSpan.FromSeconds(0.1));
        Fail(rig, "too_many_requests", isFinal: false);
        Assert.Equal(["TradeGap 6..8", "Unrecoverable 6..8"], Ledger(rig));
        Assert.Contains("too_many_requests", rig.Integrity.Last().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_of_the_main_host_is_final_after_the_archive_was_asked()
    {
        var (rig, past) = Start(new TradeTapeOptions { HasArchive = true });
        rig.Accept(5, 9);
        past.OldestInArchive = 8;
        past.Newest = 9;
        Fail(rig, "not_found", isFinal: true);
        past.AnswerAll();
        Assert.Equal(["archive Hole 6..8"], past.Asked);
        Assert.Equal(["TradeGap 6..8", "Unrecoverable 6..7", "Backfilled 8..8"], Ledger(rig));
    }

    [Fact]
    public void Answer_that_comes_after_the_tape_has_ended_is_ignored()
    {
        var (rig, past) = Start(new TradeTapeOptions());
        rig.Accept(5, 9);
        past.Newest = 9;
        var request = rig.Set.TakeRequest()!;
        rig.Set.Remove(rig.Tape, "Removed.", rig.Output);
        var count = rig.Output.Count;
        past.Answer(request);
        Assert.Equal(count, rig.Output.Count);
    }

    [Fact]
    public void Trades_that_were_not_asked_for_are_ignored()
    {
        var (rig, _) = Start(new TradeTapeOptions());
        rig.Accept(5, 9);
        var request = rig.Set.TakeRequest()!;
        List<TradeEvent> page = [TapeRig.Trade(4711), TapeRig.Trade(8), TapeRig.Trade(6), TapeRig.Trade(1), TapeRig.Trade(7)];
        rig.Tape.Answered(request, page, hasMore: false, rig.Output);
        Assert.Equal([5L, 6L, 7L, 8L, 9L], Published(rig));
    }

    private static (TapeRig Rig, PastTrades Past) Start(TradeTapeOptions options)
    {
        var rig = new TapeRig(options);
        rig.Set.Connected(1, rig.Output);
        rig.Output.Clear();
        return (rig, new PastTrades(rig));
    }

    private static void Fail(TapeRig rig, string reason, bool isFinal)
    {
        var request = rig.Set.TakeRequest();
        Assert.NotNull(request);
        rig.Tape.Failed(request, reason, isFinal, rig.Output);
    }

    private static IEnumerable<long> Published(TapeRig rig) => rig.Output.OfType<TradeEvent>().Select(one => one.TradeSequence);

    private static IEnumerable<string> Ledger(TapeRig rig) => rig.Story.Where(one => !one.StartsWith("trade", StringComparison.Ordinal));
}
