using MarketData.Books;

namespace MarketData.Tests.Books;

public sealed class BookRepairTests
{
    private static readonly TimeSpan s_snapshotDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(60);

    [Fact]
    public void Fault_row_6_no_snapshot_leads_to_resubscriptions_then_one_new_connection_then_quarantine()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 98, 99);
        // 1. The gap itself costs the first resubscription, silence the second.
        rig.Resubscribe(book);
        rig.Advance(s_snapshotDeadline - TimeSpan.FromMilliseconds(1));
        Assert.Empty(rig.TakeResyncs());
        rig.Advance(TimeSpan.FromMilliseconds(1));
        rig.Resubscribe(book);
        // 2. Then a new connection, once.
        rig.Advance(s_snapshotDeadline);
        var resync = Assert.Single(rig.TakeResyncs());
        Assert.Equal((book, true), (resync.Book, resync.NewConnection));
        rig.Keeper.Disconnected("Replaced.", rig.Output);
        rig.Keeper.Connected(2, rig.Output);
        rig.Keeper.ResyncStarted(book);
        // 3. Still nothing: withheld, with the reason, and tried again every minute.
        rig.Advance(s_snapshotDeadline);
        Assert.Empty(rig.TakeResyncs());
        Assert.Equal(BookState.Quarantined, book.State);
        Assert.Contains("No snapshot came in time", book.Reason, StringComparison.Ordinal);
        Assert.Equal([IntegrityKind.Gap, IntegrityKind.Quarantined], rig.Kinds);
        for (var i = 0; i < 3; i++)
        {
            rig.Advance(s_retry);
            rig.Resubscribe(book);
            rig.Advance(s_snapshotDeadline);
            Assert.Empty(rig.TakeResyncs());
            Assert.Equal(BookState.Quarantined, book.State);
        }

        // 4. The snapshot that comes at last closes the incident with one event.
        rig.Advance(s_retry);
        rig.Resubscribe(book);
        rig.Snapshot(book, 200);
        Assert.Equal([IntegrityKind.Gap, IntegrityKind.Quarantined, IntegrityKind.Resynced], rig.Kinds);
        Assert.Equal((10L, 200L), (rig.Integrity.Last().FromId!.Value, rig.Integrity.Last().ToId!.Value));
    }

    [Fact]
    public void First_snapshot_that_never_comes_is_found_even_without_an_acknowledgement()
    {
        var rig = KeeperRig.Connected(out var book);
        rig.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(rig.Kinds);
        rig.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(IntegrityKind.Stale, Assert.Single(rig.Kinds));
        rig.Resubscribe(book);
    }

    [Fact]
    public void Acknowledgement_of_the_first_subscription_starts_the_snapshot_deadline()
    {
        var rig = KeeperRig.Connected(out var book);
        rig.Keeper.ResyncStarted(book);
        rig.Advance(s_snapshotDeadline);
        rig.Resubscribe(book);
    }

    [Fact]
    public void New_connection_is_asked_for_by_one_book_at_a_time()
    {
        var rig = KeeperRig.Live(out var first);
        var second = rig.Add("B");
        rig.Snapshot(second, 10);
        rig.Change(first, 98, 99);
        rig.Change(second, 98, 99);
        for (var i = 0; i < 2; i++)
        {
            foreach (var resync in rig.TakeResyncs()) rig.Keeper.ResyncStarted(resync.Book);
            rig.Advance(s_snapshotDeadline);
        }

        Assert.True(Assert.Single(rig.TakeResyncs()).NewConnection);
        Assert.Equal(BookState.Quarantined, second.State);
        rig.Keeper.Disconnected("Replaced.", rig.Output);
        rig.Keeper.Connected(2, rig.Output);
        rig.Snapshot(first, 300);
        rig.Snapshot(second, 301);
        Assert.Equal(2, rig.Keeper.Counts.Live);
        Assert.Equal(2, rig.Kinds.Count(kind => kind == IntegrityKind.Resynced));
    }

    [Fact]
    public void Fault_row_7_gap_storm_is_repaired_busiest_book_first()
    {
        var rig = new KeeperRig();
        var books = Enumerable.Range(0, 500).Select(i => rig.Add($"I{i}")).ToList();
        foreach (var (index, book) in books.Index())
        {
            rig.Snapshot(book, 10);
            for (var i = 0; i < index * 7 % 31; i++) rig.Change(book, 10 + i, 11 + i);
            rig.Change(book, 900, 901);
        }

        Assert.Equal((500, 0), (rig.Keeper.Counts.Resyncing, rig.Keeper.Counts.Live));
        var due = rig.TakeResyncs();
        Assert.Equal(500, due.Count);
        Assert.Equal(due.Select(resync => resync.Book.FramesApplied).OrderDescending(), due.Select(resync => resync.Book.FramesApplied));
        Assert.Empty(rig.TakeResyncs());
    }

    [Fact]
    public void Fault_row_8_gap_during_resync_restarts_it_and_ends_in_quarantine_with_a_reason()
    {
        var options = new BookKeeperOptions { MaxRelapses = 3 };
        var rig = KeeperRig.Live(out var book, options);
        rig.Advance(TimeSpan.FromMinutes(1));
        rig.Output.Clear();
        long id = 100;
        for (var attempt = 0; attempt <= options.MaxRelapses; attempt++)
        {
            rig.Change(book, id + 50, id + 60);
            Assert.Equal(BookState.Resyncing, book.State);
            rig.Resubscribe(book);
            id += 100;
            rig.Snapshot(book, id);
        }

        rig.Change(book, id + 50, id + 60);
        Assert.Equal(BookState.Quarantined, book.State);
        Assert.Contains("failed 4 times in a row", book.Reason, StringComparison.Ordinal);
        Assert.Empty(rig.TakeResyncs());
        rig.Advance(s_retry);
        rig.Resubscribe(book);
        rig.Snapshot(book, 9999);
        Assert.Equal(BookState.Live, book.State);
        LedgerCheck.Assert(rig.Output);
    }

    [Fact]
    public void Gaps_of_a_book_that_was_stable_in_between_never_quarantine_it()
    {
        var rig = KeeperRig.Live(out var book);
        for (long id = 100; id < 2000; id += 100)
        {
            rig.Advance(TimeSpan.FromSeconds(6));
            rig.Change(book, id + 50, id + 60);
            rig.Resubscribe(book);
            rig.Snapshot(book, id + 100);
        }

        Assert.DoesNotContain(IntegrityKind.Quarantined, rig.Kinds);
        Assert.Equal(19, rig.Keeper.Counts.Healed);
    }

    [Fact]
    public void Snapshot_that_overtakes_the_acknowledgement_is_accepted()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 98, 99);
        Assert.Single(rig.TakeResyncs());
        rig.Snapshot(book, 100);
        rig.Keeper.ResyncStarted(book);
        rig.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(BookState.Live, book.State);
        Assert.Empty(rig.TakeResyncs());
    }

    [Fact]
    public void Snapshot_before_the_request_was_taken_cancels_it()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 98, 99);
        rig.Snapshot(book, 100);
        Assert.Empty(rig.TakeResyncs());
        Assert.Equal(BookState.Live, book.State);
    }

    [Fact]
    public void Resubscription_that_fails_after_the_book_healed_mutes_it_again()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 98, 99);
        Assert.Single(rig.TakeResyncs());
        rig.Snapshot(book, 100);
        rig.Keeper.ResyncFailed(book, "The exchange left the channel out of its reply.");
        rig.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([IntegrityKind.Gap, IntegrityKind.Resynced, IntegrityKind.Stale], rig.Kinds);
        rig.Resubscribe(book);
    }

    [Fact]
    public void Resubscription_refused_again_and_again_ends_in_quarantine_without_a_new_connection()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 98, 99);
        for (var i = 0; i < 2; i++)
        {
            Assert.False(Assert.Single(rig.TakeResyncs()).NewConnection);
            rig.Keeper.ResyncFailed(book, "The exchange left the channel out of its reply.");
            rig.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(rig.TakeResyncs());
        Assert.Equal(BookState.Quarantined, book.State);
        Assert.Contains("left the channel out", book.Reason, StringComparison.Ordinal);
        rig.Advance(s_retry);
        rig.Resubscribe(book);
    }

    [Fact]
    public void Request_that_is_never_answered_is_repeated()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 98, 99);
        Assert.Single(rig.TakeResyncs());
        rig.Advance(TimeSpan.FromSeconds(60));
        rig.Resubscribe(book);
    }

    [Fact]
    public void Undecodable_snapshots_are_asked_for_again_within_bounds()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 98, 99);
        rig.Resubscribe(book);
        rig.Keeper.Reject(book, "Truncated.", "{"u8, rig.Output);
        rig.Resubscribe(book);
        rig.Snapshot(book, 100, "100 0");
        Assert.Empty(rig.TakeResyncs());
        Assert.Equal(BookState.Quarantined, book.State);
        Assert.Equal([IntegrityKind.Gap, IntegrityKind.Rejected, IntegrityKind.Rejected, IntegrityKind.Quarantined], rig.Kinds);
    }

    [Fact]
    public void Suspect_mutes_only_that_book_and_resubscribes_it()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Keeper.Suspect(book, "No frame for 30 s where ten a second are usual.", rig.Output);
        Assert.Equal((IntegrityKind.Stale, BookState.Resyncing), (Assert.Single(rig.Kinds), book.State));
        rig.Keeper.Suspect(book, "Again.", rig.Output);
        rig.Resubscribe(book);
        rig.Snapshot(book, 20);
        Assert.Equal([IntegrityKind.Stale, IntegrityKind.Resynced], rig.Kinds);
    }

    [Fact]
    public void Interval_never_ends_before_it_begins_although_a_snapshot_is_older_than_the_book()
    {
        var rig = KeeperRig.Live(out var book);
        rig.Change(book, 10, 20);
        rig.Snapshot(book, 15);
        Assert.Equal([IntegrityKind.Gap, IntegrityKind.Resynced], rig.Kinds);
        Assert.All(rig.Integrity, ledger => Assert.Equal((1020, 1020), (ledger.FromTimeUnixMs, ledger.ToTimeUnixMs)));
    }

    [Fact]
    public void Unavailable_quarantines_at_once_and_tries_again()
    {
        var rig = KeeperRig.Connected(out var book);
        rig.Keeper.Unavailable(book, "The exchange does not know the channel.", rig.Output);
        Assert.Equal((IntegrityKind.Quarantined, BookState.Quarantined), (Assert.Single(rig.Kinds), book.State));
        Assert.Empty(rig.TakeResyncs());
        rig.Advance(s_retry);
        rig.Resubscribe(book);
        rig.Snapshot(book, 20);
        Assert.Equal([IntegrityKind.Quarantined, IntegrityKind.Resynced], rig.Kinds);
    }
}
