using MarketData.Books;
using static MarketData.Tests.Books.BookTestData;

namespace MarketData.Tests.Books;

public sealed class BookAuditTests
{
    [Fact]
    public void Fault_row_10_unknown_delete_leads_to_one_audit_that_agrees_and_changes_nothing()
    {
        var rig = Audited(out var book);
        rig.Change(book, 11, 12, "100 3");
        rig.Keeper.AuditAnswered(book, 11, Levels("100 1"), Levels("101 1"), rig.Output);

        Assert.Equal((1, 0), (rig.Keeper.Counts.AuditsAgreed, rig.Keeper.Counts.AuditsDiffered));
        Assert.Equal(BookState.Live, book.State);
        Assert.Empty(rig.Integrity);
    }

    [Fact]
    public void Audit_that_differs_mutes_the_book_and_resubscribes_it()
    {
        var rig = Audited(out var book);
        rig.Keeper.AuditAnswered(book, 11, Levels("100 1, 99 1"), Levels("101 1"), rig.Output);

        Assert.Equal((0, 1), (rig.Keeper.Counts.AuditsAgreed, rig.Keeper.Counts.AuditsDiffered));
        Assert.Equal((IntegrityKind.Stale, BookState.Resyncing), (Assert.Single(rig.Kinds), book.State));
        rig.Resubscribe(book);
        rig.Snapshot(book, 20);
        Assert.Equal([IntegrityKind.Stale, IntegrityKind.Resynced], rig.Kinds);
    }

    [Fact]
    public void Answer_that_is_ahead_of_the_book_waits_for_it()
    {
        var rig = Audited(out var book);
        rig.Keeper.AuditAnswered(book, 13, Levels("100 5"), Levels("101 1"), rig.Output);
        rig.Change(book, 11, 12, "100 4");
        Assert.Equal(0, rig.Keeper.Counts.AuditsAgreed);
        rig.Change(book, 12, 13, "100 5");
        Assert.Equal(1, rig.Keeper.Counts.AuditsAgreed);
    }

    [Fact]
    public void Answer_between_two_frames_proves_nothing()
    {
        var rig = Audited(out var book);
        rig.Keeper.AuditAnswered(book, 12, Levels("100 4"), Levels("101 1"), rig.Output);
        rig.Change(book, 11, 13, "100 5");
        Assert.Equal((0, 0, 1), (rig.Keeper.Counts.AuditsAgreed, rig.Keeper.Counts.AuditsDiffered, rig.Keeper.Counts.AuditsUndecided));
        Assert.Equal(BookState.Live, book.State);
    }

    [Fact]
    public void Answer_for_a_book_that_was_replaced_meanwhile_is_ignored()
    {
        var rig = Audited(out var book);
        rig.Snapshot(book, 20);
        rig.Keeper.AuditAnswered(book, 11, Levels("1 1"), Levels("2 1"), rig.Output);
        Assert.Equal((0, 0), (rig.Keeper.Counts.AuditsAgreed, rig.Keeper.Counts.AuditsDiffered));
    }

    [Fact]
    public void Audits_of_a_book_keep_their_distance()
    {
        var rig = Audited(out var book);
        rig.Keeper.AuditFailed(book);
        rig.Change(book, 11, 12, "55 0");
        Assert.Null(rig.Keeper.TakeAudit());
        rig.Advance(TimeSpan.FromSeconds(60));
        rig.Change(book, 12, 13, "55 0");
        Assert.Same(book, rig.Keeper.TakeAudit());
        Assert.Equal(3, rig.Keeper.Counts.UnknownDeletes);
    }

    // Live with bid 100 and ask 101 at change 11, which removed a price that nobody knew; the exchange is being asked.
    private static KeeperRig Audited(out OrderBookSynchroniser book)
    {
        var rig = KeeperRig.Live(out book);
        Assert.Null(rig.Keeper.TakeAudit());
        Assert.Equal(BookSyncResult.Applied, rig.Change(book, 10, 11, "55 0"));
        Assert.Same(book, rig.Keeper.TakeAudit());
        Assert.Null(rig.Keeper.TakeAudit());
        rig.Output.Clear();
        return rig;
    }
}
