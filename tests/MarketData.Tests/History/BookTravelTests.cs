using MarketData.Coverage;
using MarketData.History;
using MarketData.Tests.Books;

namespace MarketData.Tests.History;

/// <summary>The book of an instant: which one it is, and what it is said to be worth.</summary>
public sealed class BookTravelTests
{
    // A book that changes at 100, 101 and 103, is repeated at 110, and changes again at 115.
    private static TravelRig Quiet() => new TravelRig()
        .Snapshot(100, 5, "49 1", "51 1")
        .Update(101, 6, 5, "49 2", "")
        .Update(103, 8, 6, "48 1", "51 0, 52 3")
        .Repeat(110)
        .Update(115, 9, 8, "49 0", "");

    [Theory]
    [InlineData(100, "Proven Continued 5: 49 1 | 51 1")]
    [InlineData(100.999, "Proven Continued 5: 49 1 | 51 1")]
    [InlineData(101, "Proven Continued 6: 49 2 | 51 1")]
    [InlineData(102.5, "Proven Continued 6: 49 2 | 51 1")]
    [InlineData(103, "Proven Continued 8: 49 2, 48 1 | 52 3")]
    [InlineData(112, "Proven Continued 8: 49 2, 48 1 | 52 3")]
    [InlineData(115, "Unconfirmed None 9: 48 1 | 52 3")]
    public async Task Book_is_the_state_after_every_change_that_is_not_later(double at, string expected) =>
        Assert.Equal(expected, await Quiet().LineAsync(at));

    [Fact]
    public async Task Answer_says_where_it_comes_from()
    {
        var answer = await Quiet().AtAsync(104);
        Assert.Equal(("venue.A-PERP", 104_000, BookAtState.Proven), (answer.Key, answer.AtUnixMs, answer.State));
        // The repetition at 110 is the nearest snapshot: its last change was before the instant.
        Assert.Equal((8, 110_000_000_000L, 0L), (answer.Snapshot!.ChangeId, answer.Snapshot.VerifiedAtUnixNs, answer.UpdatesApplied));
        var earlier = await Quiet().AtAsync(102);
        Assert.Equal((5, 1L), (earlier.Snapshot!.ChangeId, earlier.UpdatesApplied));
        Assert.Equal((6, 101_000, 101_100_000_000), (earlier.Book!.ChangeId, earlier.Book.ExchangeTimeUnixMs, earlier.Book.ReceivedAtUnixNs));
        Assert.Equal((BookAction.Snapshot, null, null), (earlier.Book.Action, earlier.Book.PreviousChangeId, earlier.Book.VerifiedAtUnixNs));
        Assert.Equal((new BookLevel(49, 2), new BookLevel(51, 1)), (earlier.Book.BestBid, earlier.Book.BestAsk));
    }

    [Fact]
    public async Task Change_that_was_under_way_when_the_connection_was_lost_is_found_in_the_next_snapshot()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Repeat(104.5)
            .Snapshot(103.9, 6, "49 2", "51 1", received: 120, epoch: 2);
        Assert.Equal("Proven SentAgain 6: 49 2 | 51 1", await rig.LineAsync(104));
        Assert.Equal("Proven Repeated 5: 49 1 | 51 1", await rig.LineAsync(102));
    }

    [Fact]
    public async Task Side_that_is_empty_is_a_book_too()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Update(101, 6, 5, "49 0", "").Update(102, 7, 6, "", "51 0").Repeat(110);
        Assert.Equal("Proven Continued 6:  | 51 1", await rig.LineAsync(101));
        Assert.Equal("Proven Repeated 7:  | ", await rig.LineAsync(105));
    }

    [Fact]
    public async Task Change_that_is_there_twice_is_applied_once()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Twice()
            .Update(101, 6, 5, "49 2", "").Twice()
            .Update(101, 6, 5, "49 2", "", received: 101.3, epoch: 2)
            .Update(102, 7, 6, "48 1", "").Twice()
            .Update(103, 8, 7, "47 1", "");
        var answer = await rig.AtAsync(102);
        Assert.Equal((BookAtState.Proven, 7, 2L), (answer.State, answer.Book!.ChangeId, answer.UpdatesApplied));
    }

    [Fact]
    public async Task Changes_that_two_connections_cut_differently_lead_to_the_same_book()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1")
            .Update(101, 7, 5, "49 2", "")
            .Update(102, 10, 5, "49 2", "51 4")
            .Update(103, 15, 7, "49 3", "51 4")
            .Update(104, 20, 10, "49 3", "51 5")
            .Update(105, 21, 20, "49 4", "");
        Assert.Equal("Proven Continued 20: 49 3 | 51 5", await rig.LineAsync(104));
        Assert.Equal("Proven Continued 7: 49 2 | 51 1", await rig.LineAsync(101));
    }

    [Fact]
    public async Task Ids_that_fell_over_a_resync_do_not_lead_back_to_the_old_count()
    {
        var rig = new TravelRig().Snapshot(100, 900, "49 1", "51 1").Update(101, 950, 900, "49 2", "")
            .Said(101.5, IntegrityKind.Disconnected, from: 101)
            .Snapshot(200, 3, "39 1", "41 1", epoch: 2)
            .Said(200.1, IntegrityKind.Resynced, from: 101, to: 200)
            .Update(201, 4, 3, "39 2", "", epoch: 2)
            .Update(202, 5, 4, "39 3", "", epoch: 2);
        Assert.Equal("Proven Continued 4: 39 2 | 41 1", await rig.LineAsync(201.5));
        Assert.Equal("Incident None 950: 49 2 | 51 1", await rig.LineAsync(150));
        Assert.Equal("Proven Continued 900: 49 1 | 51 1", await rig.LineAsync(100.5));
    }

    [Fact]
    public async Task Greater_ids_of_an_earlier_count_in_the_same_millisecond_are_passed_over()
    {
        var rig = new TravelRig().Snapshot(100, 900, "49 1", "51 1").Update(200, 950, 949, "49 2", "", received: 199.9)
            .Snapshot(200, 3, "39 1", "41 1")
            .Update(201, 4, 3, "39 2", "")
            .Update(202, 5, 4, "39 3", "");
        Assert.Equal("Proven Continued 4: 39 2 | 41 1", await rig.LineAsync(201));
    }

    [Fact]
    public async Task Ids_that_come_again_after_a_new_count_continue_nothing()
    {
        var rig = new TravelRig().Snapshot(100, 4, "49 1", "51 1").Lost(101, 6, 4, "49 2", "")
            .Snapshot(102, 4, "39 1", "41 1", epoch: 2)
            .Update(103, 5, 4, "39 2", "", epoch: 2);
        Assert.Equal("Broken None 4: 49 1 | 51 1", await rig.LineAsync(101.5));
        var oneConnection = new TravelRig().Snapshot(100, 4, "49 1", "51 1").Lost(101, 6, 4, "49 2", "")
            .Snapshot(102, 4, "39 1", "41 1")
            .Update(103, 5, 4, "39 2", "");
        Assert.Equal("Broken None 4: 49 1 | 51 1", await oneConnection.LineAsync(101.5));
    }

    [Fact]
    public async Task Snapshot_received_later_is_the_book_since_its_last_change()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1")
            .Said(100.5, IntegrityKind.Disconnected, from: 100)
            .Snapshot(150, 9, "39 1", "41 1", received: 300, epoch: 2)
            .Said(300, IntegrityKind.Resynced, from: 100, to: 150);
        Assert.Equal("Proven SentAgain 9: 39 1 | 41 1", await rig.LineAsync(200));
        Assert.Equal("Incident None 5: 49 1 | 51 1", await rig.LineAsync(149.999));
    }

    [Fact]
    public async Task Repetition_that_a_change_on_its_way_overtook_is_no_proof_of_the_older_book()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Repeat(113).Update(110, 6, 5, "49 2", "", received: 113.1).Repeat(123);
        Assert.Equal("Proven Repeated 6: 49 2 | 51 1", await rig.LineAsync(110));
    }

    [Fact]
    public async Task Snapshot_right_after_the_instant_is_no_proof_yet()
    {
        Assert.Equal("Unconfirmed None 5: 49 1 | 51 1", await new TravelRig().Snapshot(100, 5, "49 1", "51 1").LineAsync(100.05));
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Repeat(110);
        Assert.Equal("Proven Repeated 5: 49 1 | 51 1", await rig.LineAsync(108));
        Assert.Equal("Unconfirmed None 5: 49 1 | 51 1", await rig.LineAsync(108.001));
    }

    [Fact]
    public async Task Hole_before_the_instant_is_named_and_the_book_before_it_is_only_the_last_known()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Update(101, 6, 5, "49 2", "")
            .Lost(102, 7, 6, "49 3", "").Update(103, 8, 7, "49 4", "").Update(104, 9, 8, "49 5", "");
        var answer = await rig.AtAsync(103.5);
        Assert.Equal((BookAtState.Broken, BookProof.None, 6), (answer.State, answer.Proof, answer.Book!.ChangeId));
        Assert.Equal(new BookHole(6, 7, 101_000, 103_000), answer.Hole);
        Assert.Equal(
            "Last known: the history has a hole between change 6 of 1970-01-01T00:01:41.000Z and change 7; what follows is of "
            + "1970-01-01T00:01:43.000Z.",
            answer.Statement);
        Assert.Equal("Broken None 6: 49 2 | 51 1", await rig.LineAsync(101.5));
        Assert.Equal("Proven Continued 5: 49 1 | 51 1", await rig.LineAsync(100.5));
    }

    [Fact]
    public async Task Hole_that_only_the_next_snapshot_shows_is_named()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Lost(102, 7, 5, "49 3", "").Repeat(110);
        rig.History.Books[^1] = rig.History.Books[^1] with { ChangeId = 7, ExchangeTimeUnixMs = 102_000, BestBid = new BookLevel(49, 3) };
        Assert.Equal(new BookHole(5, 7, 100_000, 102_000), (await rig.AtAsync(101)).Hole);
        Assert.Equal("Proven Repeated 7: 49 3 | 51 1", await rig.LineAsync(103));
    }

    [Fact]
    public async Task Incident_over_the_instant_is_said_with_cause_begin_and_end()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Update(101, 6, 5, "49 2", "")
            .Said(102.1, IntegrityKind.Gap, from: 101, detail: "The chain broke.")
            .Said(102.2, IntegrityKind.Quarantined, from: 101)
            .Snapshot(105, 9, "39 1", "41 1")
            .Said(105.1, IntegrityKind.Resynced, from: 101, to: 105);
        var answer = await rig.AtAsync(103);
        Assert.Equal((BookAtState.Incident, 6), (answer.State, answer.Book!.ChangeId));
        var incident = Assert.Single(answer.Incidents);
        Assert.Equal((CoverageCause.Gap, 101_000, 105_000), (incident.Cause, incident.FromUnixMs, incident.ToUnixMs));
        Assert.Equal(
            "Last known: the book was not proven at this instant. Incident of the ledger: gap from 1970-01-01T00:01:41.000Z to "
            + "1970-01-01T00:01:45.000Z. The chain broke.",
            answer.Statement);
        Assert.Empty((await rig.AtAsync(105)).Incidents);
    }

    [Theory]
    [InlineData(IntegrityKind.Disconnected)]
    [InlineData(IntegrityKind.Stale)]
    [InlineData(IntegrityKind.Quarantined)]
    public async Task Incident_without_an_end_outweighs_a_repetition(IntegrityKind kind)
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Repeat(110).Said(125, kind, from: 100);
        var answer = await rig.AtAsync(105);
        Assert.Equal((BookAtState.Incident, BookProof.Repeated), (answer.State, answer.Proof));
        Assert.Contains("with no end in the ledger", answer.Statement, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chain_that_goes_on_outweighs_an_incident_and_both_are_said()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1")
            .Said(102, IntegrityKind.Stale, from: 100)
            .Said(104, IntegrityKind.Resynced, from: 100, to: 104)
            .Update(105, 6, 5, "49 2", "");
        var answer = await rig.AtAsync(103);
        Assert.Equal((BookAtState.Proven, BookProof.Continued), (answer.State, answer.Proof));
        Assert.Contains("Proven: the next change continues this one. Incident of the ledger: stale", answer.Statement, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Incident_that_is_over_before_the_instant_is_not_said()
    {
        var rig = new TravelRig().Snapshot(100, 5, "49 1", "51 1")
            .Said(102, IntegrityKind.Gap, from: 100)
            .Snapshot(104, 9, "39 1", "41 1")
            .Said(104.1, IntegrityKind.Resynced, from: 100, to: 104)
            .Repeat(110);
        Assert.Equal("Proven Repeated 9: 39 1 | 41 1", await rig.LineAsync(104.05));
        Assert.Empty((await rig.AtAsync(104.05)).Incidents);
    }

    [Fact]
    public async Task Closed_stream_is_told_from_one_that_only_fell_silent()
    {
        var closed = new TravelRig().Snapshot(100, 5, "49 1", "51 1").Said(105, IntegrityKind.Connected).Said(120, IntegrityKind.Closed);
        var answer = await closed.AtAsync(130);
        Assert.Equal((BookAtState.Closed, 5), (answer.State, answer.Book!.ChangeId));
        Assert.Contains("a closed at 1970-01-01T00:02:00.000Z", answer.Statement, StringComparison.Ordinal);
        var silent = await new TravelRig().Snapshot(100, 5, "49 1", "51 1").AtAsync(130);
        Assert.Equal(BookAtState.Unconfirmed, silent.State);
        Assert.Equal("Last known: the history holds nothing after change 5 that would prove it.", silent.Statement);
    }

    [Fact]
    public async Task No_book_before_the_history_in_the_future_or_of_an_unknown_instrument()
    {
        var before = await Quiet().AtAsync(99.999);
        Assert.Equal((BookAtState.BeforeHistory, null), (before.State, before.Book));
        Assert.Equal("No book: the history of venue.A-PERP begins at 1970-01-01T00:01:40.000Z, after this instant.", before.Statement);
        var unknown = await Quiet().AtAsync(105, BookTestData.Instrument("NOPE"));
        Assert.Equal(BookAtState.UnknownInstrument, unknown.State);
        Assert.Contains("the history holds no snapshot of venue.NOPE", unknown.Statement, StringComparison.Ordinal);
        var future = await Quiet().AtAsync(10_001);
        Assert.Equal(BookAtState.InFuture, future.State);
        Assert.Equal("No book: 1970-01-01T02:46:41.000Z is yet to come; it is 1970-01-01T02:46:40.000Z.", future.Statement);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Quiet().AtAsync(-1));
    }

    [Fact]
    public async Task Event_that_contradicts_the_rebuilt_book_gives_no_book()
    {
        var rig = Quiet();
        rig.History.Books[1] = rig.History.Books[1] with { BestBid = new BookLevel(49, 7) };
        var answer = await rig.AtAsync(102);
        Assert.Equal((BookAtState.Unusable, null), (answer.State, answer.Book));
        Assert.Equal(
            "No book: The change 6 of 1970-01-01T00:01:41.000Z says that the best levels are 7 at 49 and 1 at 51, but the book that is rebuilt "
            + "has 2 at 49 and 1 at 51.",
            answer.Statement);
        var refused = new TravelRig().Snapshot(100, 5, "49 -1", "51 1");
        Assert.Contains("cannot be applied as it is stored (NegativeAmount)", (await refused.AtAsync(100)).Statement, StringComparison.Ordinal);
    }
}
