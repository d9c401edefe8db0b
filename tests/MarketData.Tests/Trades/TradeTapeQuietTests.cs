using MarketData.Trades;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Tests.Trades;

/// <summary>Tapes of instruments that do not trade: when it is proven that nothing was missed.</summary>
public sealed class TradeTapeQuietTests
{
    [Fact]
    public void Interruption_of_an_instrument_that_never_traded_is_closed_when_the_exchange_has_said_so_more_than_once()
    {
        var rig = new TapeRig(new TradeTapeOptions { HoldFor = TimeSpan.Zero, KeptFor = TimeSpan.FromHours(20) }, nowUnixMs: 2_000);
        rig.Tape.Begin(1, connected: true, 1_000, "one/trades ended.", rig.Output);
        rig.Set.Connected(1, rig.Output);
        rig.Output.Clear();
        rig.Tape.Subscribed();
        for (var asked = 1; asked <= 3; asked++)
        {
            Assert.Empty(rig.Output);
            var request = rig.Set.TakeRequest()!;
            Assert.Equal(TradeRequestKind.Newest, request.Kind);
            rig.Tape.Answered(request, [], hasMore: false, rig.Output);
            Assert.Null(rig.Set.TakeRequest());
            rig.Time.Advance(TimeSpan.FromSeconds(2));
        }

        var closing = Assert.IsType<IntegrityEvent>(Assert.Single(rig.Output));
        Assert.Equal((IntegrityKind.Resynced, 1_000L), (closing.Kind, closing.FromTimeUnixMs));
        Assert.Null(rig.Set.TakeRequest());

        // The same after each reconnect.
        rig.Set.Disconnected("The connection broke.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Output.Clear();
        rig.Tape.Subscribed();
        AnswerNothing(rig, times: 3);
        Assert.Equal(IntegrityKind.Resynced, Assert.IsType<IntegrityEvent>(Assert.Single(rig.Output)).Kind);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(30, false)]
    public void Interruption_of_an_instrument_whose_trades_are_too_old_to_be_kept_is_closed_if_it_is_younger_than_what_is_kept(
        int hoursAgo, bool isClosed)
    {
        var time = new FakeTimeProvider();
        var traded = time.GetUtcNow().AddHours(-hoursAgo).ToUnixTimeMilliseconds();
        var rig = new TapeRig(new TradeTapeOptions { KeptFor = TimeSpan.FromHours(20) }, new TradePosition(5, "T5", traded));
        rig.Tape.Begin(1, connected: true, null, "", rig.Output);
        rig.Set.Connected(1, rig.Output);
        rig.Output.Clear();
        rig.Tape.Subscribed();
        AnswerNothing(rig, times: 4);
        Assert.Equal(isClosed ? [IntegrityKind.Resynced] : [], rig.Integrity.Select(one => one.Kind));
    }

    [Fact]
    public void Interval_that_ends_because_nothing_is_kept_counts_from_its_opening_though_a_repair_moved_the_tape()
    {
        var rig = new TapeRig(new TradeTapeOptions { KeptFor = TimeSpan.FromDays(365_000) });
        var past = new PastTrades(rig) { Newest = 5 };
        rig.Set.Connected(1, rig.Output);
        rig.Accept(3);
        rig.Set.Disconnected("Lost.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Tape.Refused();
        past.AnswerAll();
        rig.Set.Disconnected("Lost again.", rig.Output);
        rig.Set.Connected(3, rig.Output);
        rig.Tape.Subscribed();
        AnswerNothing(rig, times: 6);
        var opening = rig.Integrity.First(one => one.Kind == IntegrityKind.Disconnected);
        var closing = rig.Integrity.Single(one => one.Kind == IntegrityKind.Resynced);
        Assert.Equal((3L, opening.FromTimeUnixMs), (closing.FromId, closing.FromTimeUnixMs));
    }

    [Fact]
    public void Answer_to_what_was_asked_before_the_channel_was_confirmed_proves_nothing()
    {
        var rig = new TapeRig(new TradeTapeOptions());
        rig.Set.Connected(1, rig.Output);
        rig.Tape.Subscribed();
        var early = rig.Set.TakeRequest()!;
        rig.Accept(5);
        rig.Set.Disconnected("The connection broke.", rig.Output);
        rig.Set.Connected(2, rig.Output);
        rig.Output.Clear();
        rig.Tape.Answered(early, [TapeRig.Trade(5, source: TradeSource.Backfill)], hasMore: false, rig.Output);
        Assert.Empty(rig.Output);
        Assert.Null(rig.Set.TakeRequest());
        rig.Tape.Subscribed();
        var past = new PastTrades(rig) { Newest = 7 };
        past.AnswerAll();
        Assert.Equal(["TradeGap 6..7", "trade 6", "trade 7", "Backfilled 6..7", "Resynced 5..8"], rig.Story);
    }

    private static void AnswerNothing(TapeRig rig, int times)
    {
        for (var asked = 0; asked < times; asked++)
        {
            if (rig.Set.TakeRequest() is { } request)
                rig.Tape.Answered(request, [], hasMore: false, rig.Output);
            rig.Time.Advance(TimeSpan.FromSeconds(2));
        }
    }
}
