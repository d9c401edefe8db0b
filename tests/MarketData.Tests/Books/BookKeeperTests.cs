using MarketData.Books;
using static MarketData.Tests.Books.BookTestData;

namespace MarketData.Tests.Books;

public sealed class BookKeeperTests
{
    [Fact]
    public void Snapshot_first_makes_the_book_live_without_an_integrity_event()
    {
        var rig = KeeperRig.Connected(out var book);
        Assert.Equal(BookSyncResult.SnapshotApplied, rig.Snapshot(book, 10, "100 1, 99 2", "101 3"));
        Assert.Equal(BookState.Live, book.State);
        Assert.Empty(rig.Integrity);
        var published = Assert.Single(rig.Books);
        Assert.Equal(BookAction.Snapshot, published.Action);
        Assert.Equal(Levels("100 1, 99 2"), published.Bids.ToArray());
        Assert.Equal(Levels("101 3"), published.Asks.ToArray());
        Assert.Equal((10, null, 1L), (published.ChangeId, published.PreviousChangeId, published.Epoch));
        Assert.Equal((1010, 1_000_010), (published.ExchangeTimeUnixMs, published.ReceivedAtUnixNs));
        Assert.Equal((new BookLevel(100, 1), new BookLevel(101, 3)), (published.BestBid!.Value, published.BestAsk!.Value));
        Assert.Equal("venue.A-PERP", published.Key);
    }

    [Fact]
    public void Connected_is_reported_once_per_book_with_the_epoch()
    {
        var rig = new KeeperRig();
        rig.Keeper.Add(Instrument("A"));
        rig.Keeper.Add(Instrument("B"));
        rig.Keeper.Connected(7, rig.Output);
        Assert.All(rig.Output, e => Assert.Equal((IntegrityKind.Connected, 7L), (((IntegrityEvent)e).Kind, e.Epoch)));
        Assert.Equal(["venue.A", "venue.B"], rig.Output.Select(e => e.Key));
    }

    [Fact]
    public void Change_that_continues_is_published_with_the_best_prices_after_it()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 10, 14, "100.5 2, 100 0", "102 1"));
        var published = (OrderBookEvent)Assert.Single(rig.Output);
        Assert.Equal(BookAction.Update, published.Action);
        Assert.Equal((14L, 10L), (published.ChangeId, published.PreviousChangeId!.Value));
        Assert.Equal(Levels("100.5 2, 100 0"), published.Bids.ToArray());
        Assert.Equal(Levels("102 1"), published.Asks.ToArray());
        Assert.Equal((new BookLevel(100.5m, 2), new BookLevel(101, 1)), (published.BestBid!.Value, published.BestAsk!.Value));
        Assert.Same(book.Key, published.Key);
    }

    [Fact]
    public void Change_that_empties_a_side_is_published_with_a_null_best()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 10, 11, "100 0");
        Assert.Null(Assert.Single(rig.Books).BestBid);
        Assert.NotNull(Assert.Single(rig.Books).BestAsk);
    }

    [Fact]
    public void Fault_row_1_one_change_dropped_mutes_that_book_alone_and_heals_with_one_resynced()
    {
        var rig = KeeperRig.Live(out var book);
        var other = rig.Keeper.Add(Instrument("B-PERP"));
        rig.Snapshot(other, 50);
        rig.Output.Clear();

        Assert.Equal(BookSyncResult.Gap, rig.Change(book, 12, 15));
        Assert.Equal(BookState.Resyncing, book.State);
        var gap = Assert.Single(rig.Integrity);
        Assert.Equal((IntegrityKind.Gap, 10L, 15L), (gap.Kind, gap.FromId!.Value, gap.ToId!.Value));
        Assert.Equal((1010L, 1015L, "orderbook"), (gap.FromTimeUnixMs!.Value, gap.ToTimeUnixMs!.Value, gap.Channel));
        Assert.Null(book.BestBid);

        Assert.Equal(BookSyncResult.Applied, rig.Change(other, 50, 51));
        Assert.Equal(BookSyncResult.HeldBack, rig.Change(book, 15, 16));
        rig.Resubscribe(book);
        Assert.Equal(BookSyncResult.SnapshotApplied, rig.Snapshot(book, 20, "98 1", "99 1"));

        var resynced = rig.Integrity.Last();
        Assert.Equal((IntegrityKind.Resynced, 10L, 20L), (resynced.Kind, resynced.FromId!.Value, resynced.ToId!.Value));
        Assert.Equal((1010L, 1020L), (resynced.FromTimeUnixMs!.Value, resynced.ToTimeUnixMs!.Value));
        Assert.Equal([IntegrityKind.Gap, IntegrityKind.Resynced], rig.Kinds);
        Assert.Same(resynced, rig.Output[^2]);
        Assert.Equal(BookAction.Snapshot, rig.Books.Last().Action);
        Assert.Equal([51L, 20L], rig.Books.Select(e => e.ChangeId));
        Assert.Empty(rig.TakeResyncs());
        var counts = rig.Keeper.Counts;
        Assert.Equal((2, 2, 1L, 1L, 1L), (counts.Wanted, counts.Live, counts.Gaps, counts.Healed, counts.HeldBack));
    }

    [Fact]
    public void Fault_row_2_change_duplicated_is_ignored_and_counted()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 10, 11, "100 5");
        Assert.Equal(BookSyncResult.StaleIgnored, rig.Change(book, 10, 11, "100 5"));
        Assert.Equal(BookSyncResult.StaleIgnored, rig.Change(book, 8, 9, "100 7"));
        Assert.Single(rig.Output);
        Assert.Equal((BookState.Live, 2L), (book.State, rig.Keeper.Counts.StaleIgnored));
        Assert.Equal(new BookLevel(100, 5), book.BestBid);
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 11, 12));
    }

    [Fact]
    public void Fault_row_3_two_changes_swapped_are_a_gap_and_never_applied_out_of_order()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.Gap, rig.Change(book, 11, 12));
        Assert.Equal(BookSyncResult.HeldBack, rig.Change(book, 10, 11));
        Assert.Empty(rig.Books);
        Assert.Equal(BookState.Resyncing, book.State);
    }

    [Theory]
    [InlineData(null, 11)]
    [InlineData(11, 11)]
    [InlineData(12, 9)]
    [InlineData(9, 12)]
    public void Change_whose_ids_prove_nothing_is_a_gap(int? previous, int id)
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.Gap, rig.Change(book, previous, id));
        Assert.Equal(IntegrityKind.Gap, Assert.Single(rig.Kinds));
    }

    [Fact]
    public void Fault_row_4_change_before_any_snapshot_is_held_back_and_a_resync_follows_at_the_deadline()
    {
        var rig = KeeperRig.Connected(out var book);
        Assert.Equal(BookSyncResult.HeldBack, rig.Change(book, 10, 11));
        rig.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Empty(rig.TakeResyncs());
        rig.Change(book, 11, 12);
        rig.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Empty(rig.Books);
        Assert.Equal(IntegrityKind.Stale, Assert.Single(rig.Kinds));
        rig.Resubscribe(book);
        rig.Snapshot(book, 20);
        Assert.Equal([IntegrityKind.Stale, IntegrityKind.Resynced], rig.Kinds);
    }

    [Fact]
    public void Fault_row_5_snapshot_mid_stream_replaces_the_whole_book()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.SnapshotApplied, rig.Snapshot(book, 30, "90 1", "91 1"));
        Assert.Empty(rig.Integrity);
        var published = Assert.Single(rig.Books);
        Assert.Equal((BookAction.Snapshot, 1, 1), (published.Action, published.Bids.Length, published.Asks.Length));
        Assert.Equal(new BookLevel(90, 1), book.BestBid);
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 30, 31, "90 2"));
    }

    [Fact]
    public void Snapshot_with_a_lower_id_is_taken_since_the_exchange_may_have_restarted()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.SnapshotApplied, rig.Snapshot(book, 3));
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 3, 4));
    }

    [Fact]
    public void Fault_row_9_crossed_book_is_quarantined_with_the_raw_frame_and_resubscribed()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.Crossed, rig.Change(book, 10, 11, "101.5 1"));
        Assert.Equal(BookState.Quarantined, book.State);
        Assert.Empty(rig.Books);
        var quarantined = Assert.Single(rig.Integrity);
        Assert.Equal((IntegrityKind.Quarantined, 10L, 11L), (quarantined.Kind, quarantined.FromId!.Value, quarantined.ToId!.Value));
        Assert.Equal("change"u8, quarantined.Raw.Span);
        Assert.Contains("101.5", quarantined.Detail, StringComparison.Ordinal);
        Assert.Equal(1, rig.Keeper.Counts.Quarantined);
        rig.Resubscribe(book);
        rig.Snapshot(book, 20);
        Assert.Equal([IntegrityKind.Quarantined, IntegrityKind.Resynced], rig.Kinds);
        Assert.Equal((BookState.Live, ""), (book.State, book.Reason));
    }

    [Fact]
    public void Fault_row_9_crossed_snapshot_is_never_published()
    {
        var rig = KeeperRig.Connected(out var book);
        Assert.Equal(BookSyncResult.Crossed, rig.Snapshot(book, 10, "102 1", "101 1"));
        Assert.Empty(rig.Books);
        Assert.Equal(IntegrityKind.Quarantined, Assert.Single(rig.Kinds));
        Assert.Null(Assert.Single(rig.Integrity).FromId);
        rig.Resubscribe(book);
        Assert.Equal(BookSyncResult.SnapshotApplied, rig.Snapshot(book, 11));
        Assert.Equal([IntegrityKind.Quarantined, IntegrityKind.Resynced], rig.Kinds);
    }

    [Fact]
    public void Fault_row_9_locked_book_is_published_and_flagged()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 10, 11, "101 1"));
        Assert.True(book.IsLocked);
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 11, 12, "101 2"));
        Assert.Equal(1, rig.Keeper.Counts.Locked);
        rig.Change(book, 12, 13, "101 0");
        Assert.False(book.IsLocked);
        Assert.Equal(3, rig.Books.Count());
    }

    [Fact]
    public void Fault_row_10_delete_of_an_unknown_price_is_counted_and_tolerated()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 10, 11, "55 0"));
        Assert.Equal((BookState.Live, 1L), (book.State, rig.Keeper.Counts.UnknownDeletes));
        Assert.Single(rig.Books);
    }

    [Fact]
    public void Fault_row_11_negative_amount_is_rejected_with_the_raw_frame_and_that_book_resynced()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.Refused, rig.Change(book, 10, 11, "100 -1"));
        Assert.Equal([IntegrityKind.Rejected, IntegrityKind.Gap], rig.Kinds);
        Assert.Equal("change"u8, rig.Integrity.First().Raw.Span);
        Assert.Equal((0, 1L), (rig.Books.Count(), rig.Keeper.Counts.Rejected));
        rig.Resubscribe(book);
        rig.Snapshot(book, 12);
        Assert.Equal([IntegrityKind.Rejected, IntegrityKind.Gap, IntegrityKind.Resynced], rig.Kinds);
    }

    [Fact]
    public void Fault_row_12_number_that_cannot_be_held_is_rejected_and_that_book_resynced()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.Refused, rig.Change(book, 10, 11, "12345678901234567890 1"));
        Assert.Equal([IntegrityKind.Rejected, IntegrityKind.Gap], rig.Kinds);
        rig.Resubscribe(book);
    }

    [Fact]
    public void Reject_of_an_undecodable_message_reports_it_and_resyncs_the_book()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Keeper.Reject(book, "The price is not a number.", "{bad"u8, rig.Output);
        Assert.Equal([IntegrityKind.Rejected, IntegrityKind.Gap], rig.Kinds);
        Assert.Equal("{bad"u8, rig.Integrity.First().Raw.Span);
        Assert.Equal(BookState.Resyncing, book.State);
        // What still comes on the old subscription is reported, but does not restart the repair.
        rig.Keeper.Reject(book, "The price is not a number.", "{bad"u8, rig.Output);
        Assert.Equal([IntegrityKind.Rejected, IntegrityKind.Gap, IntegrityKind.Rejected], rig.Kinds);
        rig.Resubscribe(book);
        Assert.Empty(rig.TakeResyncs());
    }

    [Fact]
    public void Disconnected_is_told_once_per_live_book_and_the_next_snapshot_closes_it()
    {
        var rig = KeeperRig.Live(out var book);
        var muted = rig.Keeper.Add(Instrument("B"));
        rig.Snapshot(muted, 10);
        rig.Change(muted, 77, 78);
        var never = rig.Keeper.Add(Instrument("C"));
        rig.Output.Clear();

        rig.Keeper.Disconnected("The socket closed with 1006.", rig.Output);
        rig.Keeper.Disconnected("Again.", rig.Output);
        var lost = Assert.Single(rig.Integrity);
        Assert.Equal((IntegrityKind.Disconnected, book.Key, 10L), (lost.Kind, lost.Key, lost.FromId!.Value));
        Assert.Equal(3, rig.Keeper.Counts.Awaiting);
        Assert.Empty(rig.TakeResyncs());

        Assert.Equal(BookSyncResult.HeldBack, rig.Change(book, 10, 11));
        rig.Keeper.Connected(2, rig.Output);
        rig.Snapshot(book, 40);
        rig.Snapshot(muted, 41);
        rig.Snapshot(never, 42);
        Assert.Equal([IntegrityKind.Disconnected, IntegrityKind.Resynced, IntegrityKind.Resynced], rig.Kinds);
        Assert.Equal(3, rig.Keeper.Counts.Live);
        Assert.All(rig.Books, e => Assert.Equal(2, e.Epoch));
        Assert.Equal(10, rig.Integrity.Last().FromId);
    }

    [Fact]
    public void Remove_closes_the_book_and_drops_late_frames()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 55, 56);
        rig.Output.Clear();
        rig.Keeper.Remove(book);
        rig.Keeper.Remove(book);
        Assert.Equal(BookSyncResult.Closed, rig.Change(book, 10, 11));
        Assert.Equal(BookSyncResult.Closed, rig.Snapshot(book, 12));
        rig.Keeper.Reject(book, "Late.", "x"u8, rig.Output);
        rig.Advance(TimeSpan.FromHours(1));
        Assert.Empty(rig.Output);
        Assert.Empty(rig.TakeResyncs());
        Assert.Equal((0, 0, 0), (rig.Keeper.Counts.Wanted, rig.Keeper.Counts.Live, rig.Keeper.Counts.Resyncing));
    }

    [Fact]
    public void Tick_publishes_a_snapshot_of_every_live_book_once_per_interval_spread_over_it()
    {
        var rig = new KeeperRig();
        rig.Keeper.Connected(1, rig.Output);
        var books = Enumerable.Range(0, 100).Select(i => rig.Keeper.Add(Instrument($"I{i}"))).ToList();
        foreach (var book in books) rig.Snapshot(book, 10);
        rig.Change(books[0], 99, 100);
        rig.Output.Clear();
        for (var step = 0; step < 30; step++)
        {
            var before = rig.Books.Count();
            rig.Advance(TimeSpan.FromSeconds(1));
            Assert.InRange(rig.Books.Count() - before, 5, 15);
        }

        Assert.Equal(99, rig.Books.Select(e => e.Key).Distinct().Count());
        Assert.All(rig.Books.GroupBy(e => e.Key), group => Assert.Equal(3, group.Count()));
        Assert.All(rig.Books, e => Assert.Equal((BookAction.Snapshot, 10L, 1010L), (e.Action, e.ChangeId, e.ExchangeTimeUnixMs)));
    }
}
