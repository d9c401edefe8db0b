using MarketData.Books;

namespace MarketData.Tests.Books;

public sealed class BookFaultTests
{
    [Fact]
    public void Fault_row_1_one_change_dropped_mutes_that_book_alone_and_heals_with_one_resynced()
    {
        var rig = KeeperRig.Live(out var book);
        var other = rig.Add("B-PERP");
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
        // What led from 10 to 30 was not seen.
        Assert.Equal([IntegrityKind.Gap, IntegrityKind.Resynced], rig.Kinds);
        var published = Assert.Single(rig.Books);
        Assert.Equal((BookAction.Snapshot, 1, 1), (published.Action, published.Bids.Length, published.Asks.Length));
        Assert.Equal(new BookLevel(90, 1), book.BestBid);
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 30, 31, "90 2"));
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
}
