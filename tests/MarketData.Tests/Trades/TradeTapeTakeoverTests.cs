using MarketData.Trades;

namespace MarketData.Tests.Trades;

/// <summary>An owner that follows another one, which has published no trade of the instrument.</summary>
public sealed class TradeTapeTakeoverTests
{
    // Trades happen at ten times their number, in milliseconds: ten minutes before, it was a little before trade 6.
    private const long SinceTrade6 = 600_055;

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
        var rig = Begin(options: new TradeTapeOptions());
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
        var rig = Begin(options: new TradeTapeOptions());
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
    public void Tape_that_ends_before_the_answer_leaves_all_to_the_next_owner()
    {
        var rig = Begin(options: new TradeTapeOptions());
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
        var rig = Begin();
        var past = new PastTrades(rig) { Newest = 2_000 };
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(1_000, rig.Output.OfType<TradeEvent>().Count());
        Assert.Equal("The newest 1000 trades since then were fetched; what came before 1001 is not known.", rig.Integrity.Single().Detail);
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

    private static TapeRig Begin(bool awaitsPosition = false, TradeTapeOptions? options = null)
    {
        var rig = new TapeRig(options, awaitsPosition: awaitsPosition);
        rig.Tape.Begin(1, connected: true, SinceTrade6, "Another one stopped.", rig.Output);
        rig.Set.Connected(1, rig.Output);
        rig.Output.Clear();
        return rig;
    }
}
