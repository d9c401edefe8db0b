using MarketData.Coverage;
using static MarketData.IntegrityKind;

namespace MarketData.Tests.Coverage;

public sealed class CoverageAnalysisTests
{
    [Fact]
    public void Stream_that_lives_through_the_interval_is_complete()
    {
        var coverage = Book().Event(10, Connected).Data(11).Data(205).Coverage();
        Assert.Equal(CoverageState.Complete, coverage.State);
        Assert.Equal(new CoverageInterval(100_000, 200_000, CoverageState.Complete, CoverageCause.None), Assert.Single(coverage.Intervals));
        Assert.Empty(coverage.Incidents);
    }

    [Fact]
    public void Before_the_ledger_and_after_its_last_word_is_unknown_and_waiting_for_data_is_incomplete() => Assert.Equal(
        "100-110 Unknown BeforeLedger, 110-112 Incomplete Awaiting, 112-150 Complete, 150-200 Unknown AfterLastWord",
        Book().Event(110, Connected).Data(112).Data(150).Intervals());

    [Fact]
    public void Interval_that_nobody_collected_is_never_complete()
    {
        Assert.Equal("100-200 Unknown BeforeLedger", Book().Intervals());
        Assert.Equal("100-200 Incomplete Closed", Book().Event(10, Connected).Data(11).Event(90, Closed).Intervals());
        Assert.Equal(
            "100-120 Complete, 120-170 Incomplete Closed, 170-171 Incomplete Awaiting, 171-200 Complete",
            Book().Event(10, Connected).Data(11).Event(120, Closed).Event(170, Connected, source: "two").Data(171, "two").Data(300, "two").Intervals());
    }

    [Fact]
    public void What_the_topic_no_longer_holds_is_unknown_unless_the_ledger_itself_proves_it()
    {
        Assert.Equal(
            "100-151 Unknown NoLongerHeld, 151-200 Complete",
            Book().Event(10, Connected).Data(151).Data(300).HeldFrom(150).Intervals());
        Assert.Equal(
            "100-130 Unknown NoLongerHeld, 130-200 Complete",
            Book().Event(10, Connected).Event(130, Verified, toId: 4).Data(170).Data(300).HeldFrom(160).Intervals());
        // The first collector died, and all that it published is gone.
        Assert.Equal(
            "100-160 Unknown NoLongerHeld, 160-171 Incomplete Awaiting, 171-200 Complete",
            Book().Event(10, Connected).Event(170, Connected, source: "two").Data(171, "two").Data(300, "two").HeldFrom(160).Intervals());
        // An incident of the ledger stays one, and so does what was not collected on purpose.
        Assert.Equal(
            "100-110 Unknown NoLongerHeld, 110-120 Incomplete Gap, 120-140 Complete, 140-200 Incomplete Closed",
            Book().Event(10, Connected).Event(115, Gap, from: 110).Event(120, Resynced).Event(140, Closed).HeldFrom(190).Intervals());
    }

    [Fact]
    public void Opening_without_a_time_says_nothing_of_what_the_topic_no_longer_holds() => Assert.Equal(
        "100-130 Unknown NoLongerHeld, 130-150 Incomplete Stale, 150-200 Complete",
        Book().Event(10, Connected).Event(140, Stale).Event(150, Resynced).Data(300).HeldFrom(130).Intervals());

    [Theory]
    [InlineData("ticker")]
    [InlineData("orderbook")]
    [InlineData("trade")]
    public void Incident_that_the_ledger_itself_closes_is_one_incident_whatever_the_topic_no_longer_holds(string channel)
    {
        var rig = new CoverageRig(channel).Event(10, Connected).Event(121, Disconnected, from: 120, fromId: 7).Event(125, Connected)
            .Event(127, Resynced, from: 120, to: 127, fromId: 7).Data(161).Data(300).HeldFrom(160);
        Assert.Equal("100-120 Complete, 120-127 Incomplete Disconnected, 127-200 Complete", rig.Intervals());
        Assert.Equal(CoverageCause.Disconnected, Assert.Single(rig.Coverage().Incidents).Cause);

        // Also when something else was told in between.
        var told = new CoverageRig(channel).Event(10, Connected).Event(121, Disconnected, from: 120, fromId: 7).Event(125, Connected)
            .Event(126, Stale, from: 120, fromId: 7).Event(127, Resynced, from: 120, to: 127, fromId: 7).Data(161).Data(300).HeldFrom(160);
        Assert.Equal(CoverageCause.Disconnected, Assert.Single(told.Coverage().Incidents).Cause);
    }

    [Fact]
    public void Lost_connection_lasts_until_the_next_one_where_the_data_behind_it_is_no_longer_held()
    {
        Assert.Equal(
            "100-120 Unknown NoLongerHeld, 120-125 Incomplete Disconnected, 125-161 Unknown NoLongerHeld, 161-200 Complete",
            new CoverageRig("ticker").Event(10, Connected).Event(121, Disconnected, from: 120).Event(125, Connected, epoch: 2)
                .Data(161).Data(300).HeldFrom(160).Intervals());
        Assert.Equal(
            "100-120 Unknown NoLongerHeld, 120-125 Incomplete Disconnected, 125-140 Unknown NoLongerHeld, 140-145 Incomplete Disconnected, " +
            "145-161 Unknown NoLongerHeld, 161-200 Complete",
            new CoverageRig("ticker").Event(10, Connected).Event(121, Disconnected, from: 120).Event(125, Connected, epoch: 2)
                .Event(141, Disconnected, from: 140).Event(145, Connected, epoch: 3).Data(161).Data(300).HeldFrom(160).Intervals());
    }

    [Theory]
    [InlineData(Gap, CoverageCause.Gap)]
    [InlineData(Stale, CoverageCause.Stale)]
    [InlineData(Disconnected, CoverageCause.Disconnected)]
    [InlineData(Quarantined, CoverageCause.Quarantined)]
    public void Incident_takes_its_bounds_from_the_times_of_its_events(IntegrityKind kind, CoverageCause cause)
    {
        var coverage = Book().Event(10, Connected).Data(11)
            .Event(140, kind, from: 130, fromId: 7, detail: "One.").Event(151, Resynced, to: 150, toId: 9, detail: "Two.").Data(300).Coverage();
        Assert.Equal(CoverageState.Incomplete, coverage.State);
        Assert.Equal(
            [
                new(100_000, 130_000, CoverageState.Complete, CoverageCause.None),
                new(130_000, 150_000, CoverageState.Incomplete, cause),
                new(150_000, 200_000, CoverageState.Complete, CoverageCause.None),
            ],
            coverage.Intervals);
        var incident = Assert.Single(coverage.Incidents);
        Assert.Equal((cause, CoverageEnd.Resynced, "one", 7, 9), (incident.Cause, incident.End, incident.Source, incident.FromId!.Value, incident.ToId!.Value));
        Assert.Equal(["One.", "Two."], incident.Details);
    }

    [Fact]
    public void Opening_without_a_time_is_dated_back_to_the_last_data_or_to_the_connection()
    {
        Assert.Equal(
            "100-120 Complete, 120-150 Incomplete Stale, 150-200 Complete",
            Book().Event(10, Connected).Data(11).Data(120).Event(140, Stale).Event(150, Resynced).Data(300).Intervals());
        Assert.Equal(
            "100-110 Unknown BeforeLedger, 110-150 Incomplete Stale, 150-200 Complete",
            Book().Event(110, Connected).Event(120, Stale).Event(150, Resynced).Data(300).Intervals());
    }

    [Fact]
    public void Verified_is_a_proof_that_narrows_a_later_incident_and_bounds_a_silent_end()
    {
        var rig = Book().Event(10, Connected).Data(11).Event(135, Verified, toId: 4).Event(140, Disconnected, from: 20)
            .Event(150, Resynced).Event(180, Verified, toId: 5);
        Assert.Equal("100-135 Complete, 135-150 Incomplete Disconnected, 150-180 Complete, 180-200 Unknown AfterLastWord", rig.Intervals());
        Assert.Equal((180_000, 5), (rig.Coverage().VerifiedAtUnixMs!.Value, rig.Coverage().VerifiedId!.Value));
        Assert.Equal(135_000, rig.Coverage(to: 150).VerifiedAtUnixMs);
    }

    [Fact]
    public void Incident_without_an_end_lasts_until_now_and_later_openings_belong_to_it()
    {
        var coverage = Book().Event(10, Connected).Data(11).Event(120, Gap, from: 119).Event(130, Quarantined, from: 119).Event(140, Stale).Coverage();
        Assert.Equal((CoverageEnd.Open, (long?)null), (Assert.Single(coverage.Incidents).End, coverage.Incidents[0].ToUnixMs));
        Assert.Equal(new CoverageInterval(119_000, 200_000, CoverageState.Incomplete, CoverageCause.Gap), coverage.Intervals[^1]);
    }

    [Fact]
    public void Same_event_twice_changes_nothing()
    {
        var once = Book().Event(10, Connected).Data(11).Event(120, Gap, from: 119).Event(130, Resynced).Data(300);
        var text = once.Intervals();
        Assert.Equal(text, once.Repeat(0).Repeat(1).Repeat(2).Intervals());
    }

    [Fact]
    public void Collector_that_dies_without_a_word_is_complete_up_to_its_last_data_and_silent_until_it_restarts() => Assert.Equal(
        "100-120 Complete, 120-160 Incomplete Silent, 160-161 Incomplete Awaiting, 161-200 Complete",
        Book().Event(10, Connected, epoch: 3).Data(11).Data(120).Event(160, Connected).Data(161).Data(300).Intervals());

    [Fact]
    public void Collector_that_dies_during_an_incident_ends_it_with_the_first_data_of_its_next_life()
    {
        var rig = Book().Event(10, Connected, epoch: 2).Data(11).Event(120, Gap, from: 119, epoch: 2).Event(150, Connected).Data(155).Data(300);
        Assert.Equal("100-119 Complete, 119-155 Incomplete Gap, 155-200 Complete", rig.Intervals());
        Assert.Equal(CoverageEnd.Restarted, Assert.Single(rig.Coverage().Incidents).End);
    }

    [Fact]
    public void Reconnect_of_the_same_process_does_not_end_an_incident_before_its_resynced() => Assert.Equal(
        "100-119 Complete, 119-170 Incomplete Disconnected, 170-200 Complete",
        Book().Event(10, Connected).Data(11).Event(120, Disconnected, from: 119).Event(130, Connected, epoch: 2)
            .Event(170, Resynced, epoch: 2).Data(300).Intervals());

    [Fact]
    public void Takeover_is_an_incident_from_the_time_up_to_which_the_dead_one_had_published()
    {
        var rig = Book().Event(10, Connected).Data(11).Data(125)
            .Event(150, Connected, source: "two")
            .Event(150, Disconnected, from: 120, source: "two", detail: "one is gone.")
            .Event(153, Resynced, to: 152, source: "two").Data(300, "two");
        Assert.Equal("100-120 Complete, 120-152 Incomplete Disconnected, 152-200 Complete", rig.Intervals());
    }

    [Fact]
    public void Incident_of_a_dead_replica_ends_where_another_has_the_stream_whatever_the_order_of_arrival()
    {
        var rig = Book().Event(150, Connected, source: "two").Data(151, "two").Data(300, "two")
            .Event(10, Connected).Data(11).Event(120, Gap, from: 119);
        Assert.Equal("100-119 Complete, 119-151 Incomplete Gap, 151-200 Complete", rig.Intervals());
        Assert.Equal(CoverageEnd.TakenOver, Assert.Single(rig.Coverage().Incidents).End);
    }

    [Fact]
    public void Closing_without_its_opening_still_names_the_interval() => Assert.Equal(
        "100-120 Unknown BeforeLedger, 120-130 Incomplete Unopened, 130-200 Complete",
        Book().Event(131, Resynced, from: 120, to: 130).Data(300).Intervals());

    [Fact]
    public void Closed_ends_an_open_incident() => Assert.Equal(
        "100-119 Complete, 119-150 Incomplete Gap, 150-200 Incomplete Closed",
        Book().Event(10, Connected).Data(11).Event(120, Gap, from: 119).Event(150, Closed).Intervals());

    [Fact]
    public void Ticker_connection_that_came_back_is_complete_from_its_first_ticker()
    {
        var rig = new CoverageRig("ticker").Event(10, Connected).Data(11).Data(118).Event(120, Disconnected).Event(130, Connected, epoch: 2)
            .Data(133).Data(300);
        Assert.Equal("100-118 Complete, 118-133 Incomplete Disconnected, 133-200 Complete", rig.Intervals());
        Assert.Equal(CoverageEnd.Connected, Assert.Single(rig.Coverage().Incidents).End);
    }

    [Fact]
    public void Refused_event_makes_its_moment_incomplete()
    {
        Assert.Equal(
            "100-120 Complete, 120-120.001 Incomplete Rejected, 120.001-200 Complete",
            new CoverageRig("ticker").Event(10, Connected).Data(11).Event(120, Rejected).Data(300).Intervals());
        // A book's reader has the next snapshot within ten seconds.
        Assert.Equal(
            "100-120 Complete, 120-130 Incomplete Rejected, 130-200 Complete",
            Book().Event(10, Connected).Data(11).Event(120, Rejected, fromId: 1, toId: 2).Data(300).Intervals());
    }

    [Fact]
    public void Other_keys_and_channels_do_not_matter()
    {
        var book = Book().Event(10, Connected).Data(11).Data(300);
        var report = CoverageAnalysis.Analyse("x.OTHER", 100_000, 200_000, book.Entries, [], _ => 150_000);
        Assert.Equal(CoverageAnalysis.Channels, report.Channels.Select(channel => channel.Channel));
        Assert.All(report.Channels, channel => Assert.Equal(CoverageState.Unknown, channel.State));
        Assert.Equal(CoverageState.Unknown, report.State);
    }

    private static CoverageRig Book() => new("orderbook");
}
