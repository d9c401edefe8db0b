using MarketData.Trades;

namespace MarketData.Tests.Trades;

/// <summary>A tape that runs already when it learns that an earlier process had the instrument.</summary>
public sealed class TradeTapeLateTakeoverTests
{
    // Trades happen at ten times their number, in milliseconds: a day before, it was a little before trade 6.
    private const long SinceTrade6 = 86_400_055;
    private const long Now = 86_460_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Earlier_process_of_which_the_tape_learns_late_counts_unless_its_position_is_known(bool hasPosition)
    {
        var rig = new TapeRig(awaitsPosition: true, nowUnixMs: Now);
        rig.Tape.Begin(1, connected: true, null, "", rig.Output);
        rig.Set.Connected(1, rig.Output);
        var past = new PastTrades(rig) { Newest = 11 };
        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Accept(12);
        if (hasPosition) rig.Set.Learn("A-PERP", new TradePosition(11, "T11", 110), rig.Output);
        else rig.Set.LearnNone("A-PERP");
        rig.Output.Clear();
        rig.Tape.InterruptedBefore(SinceTrade6, "An earlier process ended.", rig.Output);
        past.AnswerAll();
        Assert.Equal(
            hasPosition ? [] : ["Disconnected ..", "TradeGap 6..11", "Resynced ..13", "trade 6", "trade 7", "trade 8", "trade 9", "trade 10", "trade 11", "Backfilled 6..11"],
            rig.Story);
    }

    [Fact]
    public void Interval_that_is_told_late_is_not_closed_before_it_is_known_where_the_earlier_tape_ended()
    {
        var rig = new TapeRig(awaitsPosition: true, nowUnixMs: Now);
        rig.Tape.Begin(1, connected: true, null, "", rig.Output);
        rig.Set.Connected(1, rig.Output);
        var past = new PastTrades(rig) { Newest = 9 };
        rig.Tape.Subscribed();
        past.AnswerAll();
        rig.Accept(10);
        rig.Output.Clear();
        rig.Tape.InterruptedBefore(SinceTrade6, "An earlier process ended.", rig.Output);
        rig.Accept(11);
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(["Disconnected ..", "trade 11"], rig.Story);

        // Also when nothing is traded any more.
        rig.Set.Learn("A-PERP", new TradePosition(9, "T9", 90), rig.Output);
        past.Newest = 11;
        past.AnswerAll();
        Assert.Equal(["Disconnected ..", "trade 11", "Resynced ..12"], rig.Story);
    }

    [Fact]
    public void Smaller_answer_that_an_earlier_process_of_which_the_tape_learns_overtakes_is_not_taken_for_the_page()
    {
        var rig = new TapeRig(nowUnixMs: Now);
        rig.Tape.Begin(1, connected: true, null, "", rig.Output);
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        var little = rig.Set.TakeRequest()!;
        rig.Output.Clear();
        rig.Tape.InterruptedBefore(SinceTrade6, "An earlier process ended.", rig.Output);
        rig.Tape.Answered(little, [TapeRig.Trade(9, source: TradeSource.Backfill)], hasMore: false, rig.Output);
        var past = new PastTrades(rig) { Newest = 9 };
        past.AnswerAll();
        Assert.Equal(["Disconnected ..", "trade 6", "trade 7", "trade 8", "trade 9", "Resynced ..10"], rig.Story);
    }
}
