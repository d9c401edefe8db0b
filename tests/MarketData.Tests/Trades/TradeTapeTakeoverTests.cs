using MarketData.Trades;

namespace MarketData.Tests.Trades;

/// <summary>An owner that follows another one, which has published no trade of the instrument.</summary>
public sealed class TradeTapeTakeoverTests
{
    // Trades happen at ten times their number, in milliseconds: a day before, it was a little before trade 6.
    private const long SinceTrade6 = 86_400_055;
    private const long LongAgo = 1;
    private const long Now = 86_460_000;
    private static readonly TimeSpan _kept = TimeSpan.FromHours(20);
    private static readonly TradeTapeOptions _holding = new() { KeptFor = _kept };

    [Fact]
    public void What_was_traded_since_the_earlier_owner_ended_is_published()
    {
        var rig = Begin();
        var past = new PastTrades(rig) { Newest = 9 };
        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Accept(10);
        Assert.Equal(["trade 6", "trade 7", "trade 8", "trade 9", "Resynced ..10", "trade 10"], rig.Story);
        Assert.Equal("What was traded since then was fetched.", rig.Integrity.Single().Detail);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Live_trades_that_are_faster_than_the_answer_prove_nothing_and_what_was_before_them_is_a_hole(bool isConfirmed)
    {
        var rig = Begin();
        var past = new PastTrades(rig) { Newest = 11 };
        if (isConfirmed) rig.Tape.Subscribed();
        rig.Accept(10, 11);
        Assert.Equal(["trade 10", "trade 11"], rig.Story);
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(
            ["trade 10", "trade 11", "TradeGap 6..9", "Resynced ..12", "trade 6", "trade 7", "trade 8", "trade 9", "Backfilled 6..9"], rig.Story);
    }

    [Fact]
    public void Live_trades_wait_for_what_came_before_them()
    {
        var rig = Begin(options: _holding);
        var past = new PastTrades(rig) { Newest = 9 };
        rig.Accept(10, 11);
        Assert.Empty(rig.Story);
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(["trade 6", "trade 7", "trade 8", "trade 9", "Resynced ..10", "trade 10", "trade 11"], rig.Story);
        Assert.Equal(0, rig.Set.Counts.Waiting);
    }

    [Fact]
    public void Live_trades_wait_no_longer_than_behind_a_hole()
    {
        var rig = Begin(options: _holding);
        var past = new PastTrades(rig) { Newest = 11 };
        rig.Tape.Subscribed();
        rig.Accept(10, 11);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.Set.Tick(rig.Output);
        Assert.Equal(["trade 10", "trade 11"], rig.Story);
        past.AnswerAll();
        Assert.Equal(
            ["trade 10", "trade 11", "TradeGap 6..9", "Resynced ..12", "trade 6", "trade 7", "trade 8", "trade 9", "Backfilled 6..9"], rig.Story);
    }

    [Fact]
    public void More_live_trades_than_a_page_are_published_in_sequence_and_nobody_goes_on_behind_them()
    {
        var rig = Begin(options: _holding);
        rig.Tape.Subscribed();
        rig.Accept([.. Numbers(2_000, 1_001)]);
        var published = rig.Output.OfType<TradeEvent>().ToList();
        Assert.Equal(Numbers(2_000, 1_001), published.Select(trade => trade.TradeSequence));
        Assert.All(published, trade => Assert.Equal(TradeEvent.BeginningUnknown, trade.CompleteUpTo));
        Assert.Equal(0, rig.Set.Counts.Waiting);
    }

    [Fact]
    public void Live_trades_of_a_tape_that_awaits_its_position_do_not_wait_and_stay_in_sequence()
    {
        var rig = Begin(awaitsPosition: true, options: _holding);
        var past = new PastTrades(rig) { Newest = 11 };
        rig.Tape.Subscribed();
        rig.Accept(10, 11);
        past.AnswerAll();
        rig.Accept(12);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.Set.Tick(rig.Output);
        Assert.Equal([10L, 11L, 12L], rig.Output.OfType<TradeEvent>().Select(trade => trade.TradeSequence));
    }

    [Fact]
    public void Answer_that_was_asked_for_less_is_not_taken_for_the_page()
    {
        var rig = Begin(awaitsPosition: true);
        var past = new PastTrades(rig) { Newest = 9 };
        rig.Tape.Subscribed();
        var little = rig.Set.TakeRequest()!;
        Assert.Equal(1, little.Count);
        rig.Set.LearnNone("A-PERP");
        rig.Tape.Answered(little, [Past(9)], hasMore: false, rig.Output);
        Assert.Empty(rig.Story);
        past.AnswerAll();
        Assert.Equal(["trade 6", "trade 7", "trade 8", "trade 9", "Resynced ..10"], rig.Story);
    }

    [Fact]
    public void That_there_is_no_position_is_news_once()
    {
        var rig = Begin();
        rig.Tape.Subscribed();
        var request = rig.Set.TakeRequest();
        rig.Set.LearnNone("A-PERP");
        Assert.Null(rig.Set.TakeRequest());
        rig.Tape.Answered(request!, [Past(9)], hasMore: false, rig.Output);
        Assert.Equal(["trade 9", "Resynced ..10"], rig.Story);
    }

    [Fact]
    public void Full_page_behind_trades_that_are_out_proves_nothing_of_what_was_before_it()
    {
        var rig = Begin(since: LongAgo);
        var past = new PastTrades(rig) { Newest = 2_000 };
        rig.Tape.Subscribed();
        rig.Accept([.. Numbers(900, 1_101)]);
        past.AnswerAll();
        Assert.Equal("Nothing was missed: the newest trade is 2000. What came before 900 is not known.", rig.Integrity.Last().Detail);
    }

    [Fact]
    public void Page_without_a_trade_since_then_is_where_the_trades_that_are_out_go_on_from()
    {
        var rig = Begin();
        rig.Tape.Subscribed();
        rig.Accept(11);
        // The host lags behind the feed: its newest trade is older than all that counts.
        rig.Tape.Answered(rig.Set.TakeRequest()!, [Past(3)], hasMore: false, rig.Output);
        Assert.Equal(["trade 11", "TradeGap 4..10"], rig.Story.Take(2));
    }

    [Fact]
    public void Refused_question_is_not_taken_for_proof()
    {
        var rig = Begin();
        rig.Tape.Subscribed();
        rig.Accept(10);
        rig.Tape.Failed(rig.Set.TakeRequest()!, "No.", isFinal: true, rig.Output);
        rig.Accept(11);
        Assert.Equal("The trades continue without a hole. What came before 10 is not known.", rig.Integrity.Single().Detail);
    }

    [Fact]
    public void Host_that_knows_no_trade_while_live_ones_wait_proves_nothing()
    {
        var rig = Begin(options: _holding);
        rig.Tape.Subscribed();
        rig.Accept(10, 11);
        for (var answer = 1; answer <= 3; answer++)
        {
            Assert.Empty(rig.Story);
            rig.Tape.Answered(rig.Set.TakeRequest()!, [], hasMore: false, rig.Output);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["Resynced ..10", "trade 10", "trade 11"], rig.Story);
        Assert.Equal("The trades begin; what came before is not known.", rig.Integrity.Single().Detail);
        Assert.False(rig.Tape.IsEmpty);
    }

    [Fact]
    public void Host_that_knows_no_trade_behind_those_that_are_out_is_asked_again_and_the_interval_ends()
    {
        var rig = Begin();
        rig.Time.Advance(TimeSpan.FromDays(3));
        rig.Tape.Subscribed();
        rig.Accept(10);
        for (var answer = 1; answer <= 3; answer++)
        {
            rig.Tape.Answered(rig.Set.TakeRequest()!, [], hasMore: false, rig.Output);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
        }

        rig.Accept(11);
        Assert.Equal(["trade 10", "Resynced ..11", "trade 11"], rig.Story);
        Assert.EndsWith("What came before 10 is not known.", rig.Integrity.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_of_a_host_that_does_not_keep_so_long_is_not_taken_for_all()
    {
        var rig = Begin(since: LongAgo);
        var past = new PastTrades(rig) { Newest = 9, Oldest = 7 };
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal("The newest trades were fetched. What came before 7 is not known.", rig.Integrity.Single().Detail);
    }

    [Fact]
    public void What_the_earlier_owner_said_holds_until_the_answer_and_beyond_the_end_of_a_tape_that_got_none()
    {
        var rig = Begin();
        Assert.Equal(1, rig.Set.OpenBeginnings);
        rig.Tape.Subscribed();
        var past = new PastTrades(rig) { Newest = 9 };
        past.AnswerAll();
        Assert.Equal(0, rig.Set.OpenBeginnings);

        rig = Begin();
        rig.Set.Close("The collector stopped.", rig.Output);
        Assert.Equal(1, rig.Set.OpenBeginnings);
        rig.Set.Remove(rig.Tape, "Nothing asks for it.", rig.Output);
        Assert.Equal(0, rig.Set.OpenBeginnings);
    }

    [Fact]
    public void Host_that_knows_no_trade_proves_nothing_of_what_it_no_longer_keeps()
    {
        var rig = Begin(since: LongAgo);
        rig.Tape.Subscribed();
        for (var answer = 1; answer <= 3; answer++)
        {
            rig.Tape.Answered(rig.Set.TakeRequest()!, [], hasMore: false, rig.Output);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(rig.Story);
        rig.Accept(10);
        Assert.Equal(["Resynced ..10", "trade 10"], rig.Story);
        Assert.Equal("The trades begin; what came before is not known.", rig.Integrity.Single().Detail);
    }

    [Fact]
    public void Hole_that_was_found_by_time_promises_no_repair_when_the_tape_ends()
    {
        var rig = Begin();
        rig.Tape.Subscribed();
        rig.Accept(10);
        rig.Tape.Answered(rig.Set.TakeRequest()!, [Past(8)], hasMore: false, rig.Output);
        rig.Set.Close("The collector stopped.", rig.Output);
        Assert.Equal("The collector stopped. They were not fetched by then.", rig.Integrity.Last().Detail);
    }

    [Fact]
    public void Epochs_do_not_fall_where_live_trades_waited_over_a_reconnect()
    {
        var rig = Begin(options: _holding);
        var past = new PastTrades(rig) { Newest = 9 };
        rig.Tape.Subscribed();
        rig.Accept(10);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Tape.Subscribed();
        past.AnswerAll();
        var epochs = rig.Output.OfType<TradeEvent>().Select(trade => trade.Epoch).ToList();
        Assert.Equal(5, epochs.Count);
        Assert.Equal(epochs.Order(), epochs);
    }

    [Fact]
    public void Tape_that_ends_without_a_next_owner_publishes_what_waits()
    {
        var rig = Begin(options: _holding);
        rig.Tape.Subscribed();
        rig.Accept(10);
        rig.Set.Remove(rig.Tape, "The exchange lists it anew.", rig.Output, isHandedOver: false);
        Assert.Equal([10L], rig.Output.OfType<TradeEvent>().Select(trade => trade.TradeSequence));
    }

    [Fact]
    public void Tape_that_ends_before_the_answer_leaves_all_to_the_next_owner()
    {
        var rig = Begin(options: _holding);
        rig.Tape.Subscribed();
        rig.Accept(10);
        rig.Set.Remove(rig.Tape, "Another replica collects the instrument from here on.", rig.Output);
        Assert.Empty(rig.Output.OfType<TradeEvent>());
        Assert.Equal(0, rig.Set.Counts.Waiting);
    }

    [Fact]
    public void Nothing_since_then_begins_behind_the_newest_trade()
    {
        var rig = Begin();
        var past = new PastTrades(rig) { Newest = 5 };
        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Accept(6);
        Assert.Equal(["Resynced ..6", "trade 6"], rig.Story);
    }

    [Fact]
    public void More_than_a_page_is_not_taken_for_all()
    {
        var rig = Begin(since: LongAgo);
        var past = new PastTrades(rig) { Newest = 2_000 };
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(1_000, rig.Output.OfType<TradeEvent>().Count());
        Assert.Equal("The newest trades were fetched. What came before 1001 is not known.", rig.Integrity.Single().Detail);
    }

    [Fact]
    public void Position_that_comes_late_counts_more_than_the_time()
    {
        var rig = Begin(awaitsPosition: true);
        rig.Set.Learn("A-PERP", new TradePosition(3, "T3", 30), rig.Output);
        var past = new PastTrades(rig) { Newest = 5 };
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal([4L, 5L], rig.Output.OfType<TradeEvent>().Select(trade => trade.TradeSequence));
    }

    [Fact]
    public void Time_counts_once_it_is_known_that_there_is_no_position()
    {
        var rig = Begin(awaitsPosition: true);
        var past = new PastTrades(rig) { Newest = 9 };
        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Accept(10);
        rig.Set.LearnNone("A-PERP");
        past.AnswerAll();
        Assert.Equal([6L, 7L, 8L, 9L, 10L], rig.Output.OfType<TradeEvent>().Select(trade => trade.TradeSequence).Order());
    }

    [Fact]
    public void Answer_that_a_reconnect_overtakes_is_asked_for_again()
    {
        var rig = Begin();
        var past = new PastTrades(rig) { Newest = 9 };
        rig.Tape.Subscribed();
        Assert.NotNull(rig.Set.TakeRequest());
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Output.Clear();
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal([6L, 7L, 8L, 9L], rig.Output.OfType<TradeEvent>().Select(trade => trade.TradeSequence));
    }

    private static IEnumerable<long> Numbers(int first, int count) => Enumerable.Range(first, count).Select(number => (long)number);

    private static TradeEvent Past(long sequence) => TapeRig.Trade(sequence, source: TradeSource.Backfill);

    private static TapeRig Begin(bool awaitsPosition = false, TradeTapeOptions? options = null, long since = SinceTrade6)
    {
        var rig = new TapeRig(options ?? new TradeTapeOptions { HoldFor = TimeSpan.Zero, KeptFor = _kept }, awaitsPosition: awaitsPosition, nowUnixMs: Now);
        rig.Tape.Begin(1, connected: true, since, "Another one stopped.", rig.Output);
        rig.Set.Connected(1, rig.Output);
        rig.Output.Clear();
        return rig;
    }
}
