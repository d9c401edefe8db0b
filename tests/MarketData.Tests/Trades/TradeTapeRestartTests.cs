using LedgerRules;
using MarketData.Trades;

namespace MarketData.Tests.Trades;

/// <summary>Sequences that start over, told from trades that are merely late; and the ledger of a tape that goes on.</summary>
public sealed class TradeTapeRestartTests
{
    private const int Patience = 6;

    [Fact]
    public void Tape_that_goes_on_behind_a_position_opens_what_its_resynced_closes()
    {
        var rig = new TapeRig(new TradeTapeOptions(), new TradePosition(5, "T5", 50));
        rig.Tape.Begin(1, connected: false, null, "", rig.Output);
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        new PastTrades(rig) { Newest = 5 }.AnswerAll();
        Assert.Equal(["Disconnected 5..", "Connected 5..", "Resynced 5..6"], rig.Story);
        Assert.Empty(LedgerLaw.Read(rig.Output).Violations);
        Assert.Equal(50, rig.Integrity.First().FromTimeUnixMs);
    }

    [Fact]
    public void Tape_that_was_taken_over_opens_once()
    {
        var rig = new TapeRig(new TradeTapeOptions(), new TradePosition(5, "T5", 50));
        rig.Tape.Begin(1, connected: true, 50, "one/trades ended.", rig.Output);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Accept(6);
        Assert.Equal(["Disconnected 5..", "Connected 5..", "Connected 5..", "Resynced 5..6", "trade 6"], rig.Story);
        Assert.Empty(LedgerLaw.Read(rig.Output).Violations);
    }

    [Fact]
    public void Exchange_clock_that_was_ahead_for_a_while_hides_no_sequence_that_starts_over()
    {
        var rig = new TapeRig(new TradeTapeOptions { RecentTrades = 1 });
        rig.Accept(100);
        rig.Tape.Accept(TapeRig.Trade(101, time: 9_000_000), rig.Output);
        rig.Accept(102);
        rig.Tape.Accept(TapeRig.Trade(1, id: "new", time: 2_000), rig.Output);
        Assert.Equal(["trade 100", "trade 101", "trade 102", "Restarted 102..1", "trade 1"], rig.Story);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void Live_trade_that_is_first_after_a_reconnect_bridges_no_two_sequences(int secondsUntilTheAnswer)
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 8 };
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Accept(TapeRig.Trade(4, id: "old", time: 1), rig.Output);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Tape.Subscribed();
        rig.Output.Clear();
        rig.Accept(8);
        rig.Time.Advance(TimeSpan.FromSeconds(secondsUntilTheAnswer));
        rig.Set.Tick(rig.Output);
        past.AnswerAll();
        Assert.Equal("Behind 4..", past.Asked[0]);
        Assert.Contains("Restarted 8..4", rig.Story);
        Assert.DoesNotContain("Backfilled 5..7", rig.Story);
        Assert.Equal([4L, 5L, 6L, 7L, 8L], rig.Output.OfType<TradeEvent>().Select(one => one.TradeSequence).Order());
    }

    [Fact]
    public void Hole_that_was_open_when_the_connection_broke_is_not_filled_from_a_sequence_that_started_over()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 30 };
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        rig.Tape.Accept(TapeRig.Trade(5, id: "old5", time: 1), rig.Output);
        rig.Tape.Accept(TapeRig.Trade(9, id: "old9", time: 2), rig.Output);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);

        // The numbers 6 to 8 exist, but they are the new sequence's: nothing is asked before it is known which one they are of.
        Assert.Null(rig.Set.TakeRequest());
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal("Behind 9..", past.Asked[0]);
        Assert.Contains("Unrecoverable 6..8", rig.Story);
        Assert.DoesNotContain("Backfilled 6..8", rig.Story);
        var story = rig.Story.ToList();
        Assert.DoesNotContain(story.Take(story.IndexOf("Restarted 9..9")), one => one is "trade 6" or "trade 7" or "trade 8");
    }

    [Fact]
    public void Answer_to_what_was_asked_before_the_connection_broke_is_not_taken()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 9 };
        rig.Set.Connected(1, rig.Output);
        rig.Accept(5, 9);
        var asked = Assert.IsType<TradeRequest>(rig.Set.TakeRequest());
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        past.Answer(asked);
        Assert.Equal(3, rig.Set.Counts.Missing);
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Equal(0, rig.Set.Counts.Missing);
        Assert.Contains("Backfilled 6..8", rig.Story);
    }

    [Fact]
    public void Channel_that_is_refused_after_a_reconnect_gets_what_was_missed_and_is_proven_by_nothing()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        var past = new PastTrades(rig) { Newest = 11 };
        rig.Set.Connected(1, rig.Output);
        rig.Accept(5, 9);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Tape.Refused();
        past.AnswerAll();
        Assert.Equal([5L, 6L, 7L, 8L, 9L, 10L, 11L], rig.Output.OfType<TradeEvent>().Select(one => one.TradeSequence));
        Assert.DoesNotContain(rig.Integrity, one => one.Kind == IntegrityKind.Resynced);

        // Until the exchange takes the channel all the same.
        rig.Tape.Subscribed();
        past.AnswerAll();
        Assert.Single(rig.Integrity, one => one.Kind == IntegrityKind.Resynced);
    }

    [Fact]
    public void Live_trade_a_little_below_the_first_and_newer_is_of_another_sequence()
    {
        var rig = new TapeRig();
        rig.Accept(5, 6);
        rig.Tape.Accept(TapeRig.Trade(2, id: "new", time: 1_000), rig.Output);
        Assert.Equal(["trade 5", "trade 6", "Restarted 6..2", "trade 2"], rig.Story);
    }

    [Fact]
    public void Newest_trade_that_the_tape_has_long_passed_does_not_prove_that_nothing_was_missed()
    {
        var (rig, older) = (new TapeRig(new TradeTapeOptions(), new TradePosition(100, "T100", 5_000)), TapeRig.Trade(3, source: TradeSource.Backfill));
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        rig.Tape.Answered(rig.Set.TakeRequest()!, [], hasMore: false, rig.Output);
        for (var asked = 1; asked < Patience; asked++)
        {
            rig.Tape.Answered(rig.Set.TakeRequest()!, [older], hasMore: false, rig.Output);
            Assert.Null(rig.Set.TakeRequest());
            rig.Time.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal(["Disconnected 100..", "Connected 100.."], rig.Story);
        // Live trades of the new sequence, by a clock that went back: not news by their time, and not lost.
        rig.Accept(1, 2);
        rig.Tape.Answered(rig.Set.TakeRequest()!, [older], hasMore: false, rig.Output);
        Assert.Equal(["Restarted 100..3", "Resynced 100..1", "trade 1", "trade 2", "trade 3"], rig.Story.Skip(2));
    }

    [Fact]
    public void Host_that_lags_behind_the_position_starts_nothing_over()
    {
        var rig = new TapeRig(new TradeTapeOptions(), new TradePosition(5, "T5", 50));
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        rig.Tape.Answered(rig.Set.TakeRequest()!, [], hasMore: false, rig.Output);
        rig.Tape.Answered(rig.Set.TakeRequest()!, [TapeRig.Trade(4, source: TradeSource.Backfill)], hasMore: false, rig.Output);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        new PastTrades(rig) { Newest = 6 }.AnswerAll();
        Assert.Equal(["Disconnected 5..", "Connected 5..", "TradeGap 6..6", "trade 6", "Backfilled 6..6", "Resynced 5..7"], rig.Story);
    }
}
