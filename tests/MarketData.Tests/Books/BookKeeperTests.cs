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
    public void Snapshot_with_a_lower_id_is_taken_since_the_exchange_may_have_restarted()
    {
        var rig = KeeperRig.Live(out var book);
        Assert.Equal(BookSyncResult.SnapshotApplied, rig.Snapshot(book, 3));
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 3, 4));
    }

    [Fact]
    public void Snapshot_that_jumps_ahead_of_a_live_book_is_a_hole_in_the_ledger()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Snapshot(book, 15);
        Assert.Equal([IntegrityKind.Gap, IntegrityKind.Resynced], rig.Kinds);
        Assert.All(rig.Integrity, e => Assert.Equal((10L, 15L, 1010L, 1015L), (e.FromId!.Value, e.ToId!.Value, e.FromTimeUnixMs!.Value, e.ToTimeUnixMs!.Value)));
        Assert.IsType<OrderBookEvent>(rig.Output[^1]);
        Assert.Equal((BookState.Live, 1, 1), (book.State, rig.Keeper.Counts.Gaps, rig.Keeper.Counts.Healed));
        Assert.Empty(rig.TakeResyncs());
    }

    [Fact]
    public void Snapshot_that_repeats_the_state_of_a_live_book_is_no_hole()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Snapshot(book, 10);
        Assert.Empty(rig.Integrity);
        Assert.Single(rig.Books);
    }

    [Fact]
    public void Disconnected_is_told_once_per_live_book_and_the_next_snapshot_closes_it()
    {
        var rig = KeeperRig.Live(out var book);
        var muted = rig.Add("B");
        rig.Snapshot(muted, 10);
        rig.Change(muted, 77, 78);
        var never = rig.Add("C");
        rig.Output.Clear();

        rig.Keeper.Disconnected("The socket closed with 1006.", rig.Output);
        rig.Keeper.Disconnected("Again.", rig.Output);
        var lost = Assert.Single(rig.Integrity);
        Assert.Equal((IntegrityKind.Disconnected, book.Key, 10L), (lost.Kind, lost.Key, lost.FromId!.Value));
        Assert.Equal(3, rig.Keeper.Counts.Awaiting);
        Assert.Empty(rig.TakeResyncs());

        Assert.Equal(BookSyncResult.HeldBack, rig.Change(book, 10, 11));
        Assert.Equal(BookSyncResult.HeldBack, rig.Snapshot(book, 12));
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
    public void Connected_without_a_loss_reported_before_mutes_the_books_of_the_old_connection()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Keeper.Connected(2, rig.Output);
        Assert.Equal((IntegrityKind.Disconnected, BookState.AwaitingSnapshot), (Assert.Single(rig.Kinds), book.State));
    }

    [Fact]
    public void Frames_that_publish_nothing_allocate_nothing()
    {
        var rig = KeeperRig.Live(out var book);
        var silent = rig.Add("B");
        BookLevel[] bids = [new(100, 2)];
        Round(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1010, rig.Keeper.Counts.StaleIgnored);

        void Round(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var frame = new BookFrame
                {
                    IsSnapshot = false, ExchangeTimeUnixMs = 1, ReceivedAtUnixNs = 1, ChangeId = 10, PreviousChangeId = 9, Bids = bids,
                };
                rig.Keeper.Apply(book, frame, rig.Output);
                rig.Keeper.Apply(silent, frame, rig.Output);
            }
        }
    }

    [Fact]
    public void Tick_publishes_a_snapshot_of_every_live_book_once_per_interval_spread_over_it()
    {
        var rig = new KeeperRig();
        var books = Enumerable.Range(0, 100).Select(i => rig.Add($"I{i}")).ToList();
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
