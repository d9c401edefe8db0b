using MarketData.Coverage;
using static MarketData.IntegrityKind;

namespace MarketData.Tests.Coverage;

public sealed class TradeCoverageTests
{
    [Fact]
    public void Numbers_without_a_hole_prove_the_interval_whatever_happened_to_the_connection()
    {
        var rig = Trades().Numbers(90, 1, 150).Event(10, Connected).Data(90).Event(130, Disconnected, from: 120, fromId: 31)
            .Event(145, Resynced, from: 120, to: 145, fromId: 31, toId: 56);
        Assert.Equal("100-200 Complete", rig.Intervals());
        var repair = Assert.Single(rig.Coverage().Repairs);
        Assert.Equal((120_000, 145_000, false), (repair.FromUnixMs, repair.ToUnixMs, repair.WasBackfilled));
        Assert.Empty(rig.Coverage().Incidents);
    }

    [Fact]
    public void Numbers_alone_prove_what_the_ledger_no_longer_holds() =>
        Assert.Equal("100-150 Complete, 150-200 Unknown AfterLastWord", Trades().Numbers(90, 1, 61).Intervals());

    [Fact]
    public void Hole_without_a_word_in_the_ledger_is_incomplete_and_unexplained()
    {
        var rig = Trades().Numbers(90, 1, 31).Numbers(125, 36, 150).Event(10, Connected).Data(90).Data(300);
        Assert.Equal("100-120 Complete, 120-125 Incomplete Unexplained, 125-200 Complete", rig.Intervals());
        var incident = Assert.Single(rig.Coverage().Incidents);
        Assert.Equal((32, 35, CoverageEnd.Open), (incident.FromId!.Value, incident.ToId!.Value, incident.End));
    }

    [Fact]
    public void Gap_that_is_backfilled_in_parts_is_complete_and_listed_as_repaired()
    {
        var rig = Trades().Numbers(90, 1, 31).Numbers(125, 36, 150).Numbers(121, 32, 35, isBackfill: true)
            .Event(10, Connected).Data(90).Data(300)
            .Event(125, TradeGap, from: 120, to: 125, fromId: 32, toId: 35, detail: "4 trades are missing.")
            .Event(127, Backfilled, fromId: 32, toId: 33).Event(128, Backfilled, fromId: 34, toId: 35);
        Assert.Equal("100-200 Complete", rig.Intervals());
        Assert.Equal([(32, 33), (34, 35)], rig.Coverage().Repairs.Select(repair => ((int)repair.FromId!, (int)repair.ToId!)));
    }

    [Fact]
    public void Part_that_cannot_be_had_stays_missing_and_the_rest_is_repaired()
    {
        var rig = Trades().Numbers(90, 1, 31).Numbers(125, 36, 150).Numbers(123, 34, 35, isBackfill: true)
            .Event(10, Connected).Data(90).Data(300)
            .Event(125, TradeGap, from: 120, to: 125, fromId: 32, toId: 35)
            .Event(127, Unrecoverable, fromId: 32, toId: 33, detail: "Gone.").Event(128, Backfilled, fromId: 34, toId: 35);
        Assert.Equal("100-120 Complete, 120-123 Incomplete Unrecoverable, 123-200 Complete", rig.Intervals());
        var incident = Assert.Single(rig.Coverage().Incidents);
        Assert.Equal((32, 33, CoverageEnd.Unrecoverable), (incident.FromId!.Value, incident.ToId!.Value, incident.End));
        Assert.Contains("Gone.", incident.Details);
        Assert.Equal(34, Assert.Single(rig.Coverage().Repairs).FromId);
    }

    [Fact]
    public void Repair_that_the_ledger_claims_and_the_topic_lacks_is_not_believed()
    {
        var rig = Trades().Numbers(90, 1, 31).Numbers(125, 36, 150).Event(10, Connected).Data(90).Data(300)
            .Event(125, TradeGap, from: 120, to: 125, fromId: 32, toId: 35).Event(127, Backfilled, fromId: 32, toId: 35);
        Assert.Equal("100-120 Complete, 120-125 Incomplete Unexplained, 125-200 Complete", rig.Intervals());
        Assert.Empty(rig.Coverage().Repairs);
    }

    [Fact]
    public void Gap_under_repair_is_incomplete_and_open()
    {
        var rig = Trades().Numbers(90, 1, 31).Numbers(125, 36, 150).Event(10, Connected).Data(90).Data(300)
            .Event(125, TradeGap, from: 120, to: 125, fromId: 32, toId: 35);
        Assert.Equal((CoverageCause.TradeGap, CoverageEnd.Open), (rig.Coverage().Incidents[0].Cause, rig.Coverage().Incidents[0].End));
    }

    [Fact]
    public void Ledger_alone_tells_where_the_topic_no_longer_holds_the_trades()
    {
        var rig = Trades().Event(10, Connected).Data(90).Data(300)
            .Event(125, TradeGap, from: 120, to: 125, fromId: 32, toId: 35).Event(127, Unrecoverable, fromId: 32, toId: 35)
            .Event(145, TradeGap, from: 140, to: 145, fromId: 52, toId: 55).Event(147, Backfilled, fromId: 52, toId: 55)
            .Event(160, Disconnected, from: 155, fromId: 60).Event(170, Resynced, from: 155, to: 170, fromId: 60, toId: 61);
        Assert.Equal("100-120 Complete, 120-125 Incomplete Unrecoverable, 125-200 Complete", rig.Intervals());
        Assert.Equal([true, false], rig.Coverage().Repairs.Select(repair => repair.WasBackfilled));
    }

    [Fact]
    public void Loss_of_the_connection_without_numbers_on_both_sides_stays_incomplete() => Assert.Equal(
        "100-155 Complete, 155-170 Incomplete Disconnected, 170-200 Complete",
        Trades().Event(10, Connected).Data(90).Data(300)
            .Event(160, Disconnected, from: 155, fromId: 60).Event(170, Resynced, from: 155, to: 170, fromId: 60, toId: 70).Intervals());

    [Fact]
    public void Numbers_that_go_on_prove_nothing_of_the_time_before_the_first_of_them() => Assert.Equal(
        "100-155 Complete, 155-170 Incomplete Disconnected, 170-200 Complete",
        Trades().Event(10, Connected).Data(90).Data(300)
            .Event(160, Disconnected, from: 155, fromId: 60, lastAt: 158).Event(170, Resynced, from: 155, to: 170, fromId: 60, toId: 61).Intervals());

    [Fact]
    public void Duplicates_late_copies_and_a_second_collector_change_nothing() => Assert.Equal(
        "100-200 Complete",
        Trades().Numbers(90, 1, 100).Numbers(140, 51, 120).Numbers(90, 1, 20).Numbers(180, 91, 150).Intervals());

    [Fact]
    public void Numbering_that_starts_over_is_named_and_never_a_hole_of_millions()
    {
        var rig = Trades().Numbers(90, 1_000_000, 1_000_050).Numbers(145, 1, 100, prefix: "u").Numbers(130, 1_000_040, 1_000_050);
        Assert.Equal("100-140 Complete, 140-145 Incomplete SequenceRestarted, 145-200 Complete", rig.Intervals());
        Assert.Equal((1_000_050, 1), (rig.Coverage().Incidents[0].FromId!.Value, rig.Coverage().Incidents[0].ToId!.Value));
    }

    [Fact]
    public void Quiet_instrument_is_complete_as_long_as_its_channel_is_verified() => Assert.Equal(
        "100-190 Complete, 190-200 Unknown AfterLastWord",
        Trades().Event(10, Connected).Event(20, Verified).Event(110, Verified).Event(190, Verified).Intervals());

    private static CoverageRig Trades() => new("trade");
}
