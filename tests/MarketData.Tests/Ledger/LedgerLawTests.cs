using LedgerRules;
using static MarketData.IntegrityKind;

namespace MarketData.Tests.Ledger;

/// <summary>The checker itself: it must see each breach, or the tests that use it prove nothing.</summary>
public sealed class LedgerLawTests
{
    [Fact]
    public void Story_that_keeps_the_law_has_no_violation_and_nothing_open()
    {
        var law = LedgerLaw.Read(
        [
            Event(Connected), Event(Gap, 5, fromTime: 50), Event(Quarantined, 5, fromTime: 50), Event(Resynced, 5, 9, 50, 90),
            Event(Disconnected, 9, fromTime: 90), Event(Connected, 9, epoch: 2), Event(Resynced, 9, 12, 90, 120, epoch: 2), Event(Verified, epoch: 2),
            Event(TradeGap, 20, 29, epoch: 2), Event(Backfilled, 20, 24, epoch: 2), Event(Unrecoverable, 25, 29, epoch: 2),
            Event(Stale, 12, fromTime: 120, epoch: 2), Event(Closed, epoch: 2), Event(Disconnected, epoch: 3), Event(Connected, epoch: 3),
            Event(Resynced, epoch: 3),
        ]);
        Assert.Empty(law.Violations);
        Assert.Empty(law.Open);
    }

    [Fact]
    public void What_was_never_closed_is_open() => Assert.Equal(
        ["x.A trade Gap", "x.A trade 2 trades from 21 to 25"],
        LedgerLaw.Read([Event(Gap), Event(TradeGap, 21, 25), Event(Backfilled, 22, 24)]).Open);

    public static TheoryData<string, IntegrityEvent[]> Breaches => new()
    {
        { "nothing to close", [Event(Connected), Event(Resynced)] },
        { "second incident", [Event(Gap), Event(Stale)] },
        { "nothing to close", [Event(Gap), Event(Resynced), Event(Resynced)] },
        { "told twice", [Event(Quarantined), Event(Quarantined)] },
        { "counts from elsewhere", [Event(Gap, 5), Event(Resynced, 6)] },
        { "counts from elsewhere", [Event(Gap, 5, fromTime: 50), Event(Resynced, 5, fromTime: 51)] },
        { "counts from elsewhere", [Event(Gap, 5), Event(Quarantined, 6)] },
        { "ends before it begins", [Event(Gap, fromTime: 9, toTime: 8)] },
        { "epoch fell", [Event(Connected, epoch: 2), Event(Connected)] },
        { "last word", [Event(Closed), Event(Gap)] },
        { "last word", [Event(Closed), Event(Closed), Event(Gap)] },
        { "proven on another", [Event(Gap), Event(Resynced), Event(Connected)] },
        { "first and its last", [Event(TradeGap, 5)] },
        { "overlaps", [Event(TradeGap, 5, 9), Event(TradeGap, 9, 11)] },
        { "no open hole", [Event(Backfilled, 5, 9)] },
        { "no open hole", [Event(TradeGap, 5, 9), Event(Backfilled, 5, 7), Event(Unrecoverable, 7, 9)] },
        { "no open hole", [Event(TradeGap, 5, 9), Event(Closed), Event(Connected), Event(Backfilled, 5, 9)] },
    };

    [Theory]
    [MemberData(nameof(Breaches), DisableDiscoveryEnumeration = true)]
    public void Every_breach_is_seen(string fault, IntegrityEvent[] events) =>
        Assert.Contains(fault, Assert.Single(LedgerLaw.Read(events).Violations), StringComparison.Ordinal);

    [Fact]
    public void Processes_keys_and_channels_have_stories_of_their_own()
    {
        var law = new LedgerLaw();
        law.Tell(Event(Gap), "one");
        law.Tell(Event(Gap), "two");
        law.Tell(Event(Gap) with { Key = "x.B" }, "one");
        law.Tell(Event(Gap) with { Channel = "ticker" }, "one");
        law.Tell(Event(Rejected) with { Channel = "connection" }, "one");
        Assert.Empty(law.Violations);
        Assert.Equal(4, law.Open.Count);
    }

    private static IntegrityEvent Event(
        IntegrityKind kind, long? from = null, long? to = null, long? fromTime = null, long? toTime = null, long epoch = 1) => new()
        {
            Exchange = "x",
            InstrumentName = "A",
            Key = "x.A",
            ExchangeTimeUnixMs = 0,
            ReceivedAtUnixNs = 0,
            Epoch = epoch,
            Channel = "trade",
            Kind = kind,
            FromId = from,
            ToId = to,
            FromTimeUnixMs = fromTime,
            ToTimeUnixMs = toTime,
        };
}
