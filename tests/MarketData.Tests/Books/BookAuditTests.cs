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
        var verified = Assert.Single(rig.Integrity);
        Assert.Equal((IntegrityKind.Verified, 11L, 1011L), (verified.Kind, verified.ToId, verified.ExchangeTimeUnixMs));
        Assert.Null(verified.ToTimeUnixMs);
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
    public void Answer_between_two_frames_is_bracketed_by_the_levels_that_the_second_does_not_name()
    {
        var rig = Audited(out var book);
        rig.Keeper.AuditAnswered(book, 12, Levels("100 4"), Levels("101 1"), rig.Output);
        rig.Change(book, 11, 13, "100 5");
        Assert.Equal((1, 0, 0), (rig.Keeper.Counts.AuditsAgreed, rig.Keeper.Counts.AuditsDiffered, rig.Keeper.Counts.AuditsUndecided));
        Assert.Equal(13, Assert.Single(rig.Integrity).ToId);
        Assert.Equal(BookState.Live, book.State);
    }

    [Fact]
    public void Bracketed_answer_that_differs_proves_nothing_once_and_is_believed_the_third_time_in_a_row()
    {
        var rig = KeeperRig.Live(out var book);
        for (var id = 10; id <= 30; id += 10)
        {
            rig.Advance(TimeSpan.FromSeconds(60));
            rig.Change(book, id, id + 1, "55 0");
            Assert.Same(book, rig.Keeper.TakeAudit());
            rig.Output.Clear();
            rig.Keeper.AuditAnswered(book, id + 2, Levels("100 1"), Levels("101 1, 102 7"), rig.Output);
            rig.Change(book, id + 1, id + 10, "99 5");
            Assert.Equal(id / 10, rig.Keeper.Counts.AuditsUndecided + (3 * rig.Keeper.Counts.AuditsDiffered) - (id == 30 ? 2 : 0));
        }

        Assert.Equal((IntegrityKind.Stale, BookState.Resyncing), (Assert.Single(rig.Kinds), book.State));
    }

    [Fact]
    public void Side_that_was_cut_at_the_depth_is_compared_up_to_its_last_level()
    {
        var rig = KeeperRig.Connected(out var book);
        rig.Snapshot(book, 10, "100 1, 99 1, 98 1", "101 1, 102 1, 103 1");
        rig.Change(book, 10, 11, "55 0");
        Assert.Same(book, rig.Keeper.TakeAudit());
        rig.Keeper.AuditAnswered(book, 11, Levels("100 1, 99 1"), Levels("101 1, 102 1"), rig.Output, depth: 2);
        Assert.Equal(1, rig.Keeper.Counts.AuditsAgreed);
    }

    [Fact]
    public void Every_live_book_is_audited_once_per_interval_when_the_budget_has_room()
    {
        var rig = KeeperRig.Live(out var book, new BookKeeperOptions { AuditEvery = TimeSpan.FromSeconds(100) });
        rig.Advance(TimeSpan.FromSeconds(49));
        Assert.Null(rig.Keeper.TakeAudit(includePlanned: true));
        rig.Advance(TimeSpan.FromSeconds(52));
        Assert.Null(rig.Keeper.TakeAudit());
        Assert.Same(book, rig.Keeper.TakeAudit(includePlanned: true));
        rig.Keeper.AuditAnswered(book, 10, Levels("100 1"), Levels("101 1"), rig.Output);
        Assert.Equal(10, rig.Integrity.Single().ToId);
        rig.Advance(TimeSpan.FromSeconds(99));
        Assert.Null(rig.Keeper.TakeAudit(includePlanned: true));
        rig.Advance(TimeSpan.FromSeconds(2));
        Assert.Same(book, rig.Keeper.TakeAudit(includePlanned: true));
    }

    [Fact]
    public void Fault_row_25_channel_that_falls_silent_is_asked_about_and_mute_only_when_the_exchange_went_on()
    {
        var rig = Speaking(out var book, TimeSpan.FromSeconds(1));
        rig.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(rig.Keeper.TakeAudit());
        rig.Advance(TimeSpan.FromSeconds(2));
        Assert.Same(book, rig.Keeper.TakeAudit());

        // Nothing happened at the exchange: quiet, not mute.
        rig.Keeper.AuditAnswered(book, book.LastChangeId!.Value, Levels("100 2"), Levels("101 1"), rig.Output);
        Assert.Equal([IntegrityKind.Verified], rig.Kinds);
        rig.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(rig.Keeper.TakeAudit());
        rig.Advance(TimeSpan.FromSeconds(3));
        Assert.Same(book, rig.Keeper.TakeAudit());

        // It went on without us.
        rig.Keeper.AuditAnswered(book, 1000, Levels("100 2"), Levels("101 1"), rig.Output);
        rig.Advance(TimeSpan.FromSeconds(4));
        rig.Keeper.EndOverdueAudits(rig.Output);
        Assert.Equal(BookState.Live, book.State);
        rig.Advance(TimeSpan.FromSeconds(2));
        rig.Keeper.EndOverdueAudits(rig.Output);
        Assert.Equal([IntegrityKind.Verified, IntegrityKind.Stale], rig.Kinds);
        Assert.Equal(1, rig.Keeper.Counts.MuteChannels);
        rig.Resubscribe(book);
        rig.Snapshot(book, 1001);
        Assert.Equal([IntegrityKind.Verified, IntegrityKind.Stale, IntegrityKind.Resynced], rig.Kinds);
    }

    [Fact]
    public void Fault_row_26_option_silent_for_an_hour_is_asked_about_now_and_then_and_left_alone()
    {
        var rig = Speaking(out var book, TimeSpan.FromMinutes(2), new BookKeeperOptions
        {
            ProbeAfter = TimeSpan.FromSeconds(10), AuditEvery = TimeSpan.FromMinutes(5),
        });
        for (var second = 0; second < 3600; second++)
        {
            rig.Advance(TimeSpan.FromSeconds(1));
            if (rig.Keeper.TakeAudit(includePlanned: true) is { } asked)
                rig.Keeper.AuditAnswered(asked, asked.LastChangeId!.Value, Levels("100 2"), Levels("101 1"), rig.Output);
            rig.Keeper.EndOverdueAudits(rig.Output);
            Assert.Empty(rig.TakeResyncs());
        }

        Assert.InRange(rig.Integrity.Count(), 11, 20);
        Assert.All(rig.Kinds, kind => Assert.Equal(IntegrityKind.Verified, kind));
        Assert.Equal(rig.Integrity.Select(one => one.ReceivedAtUnixNs).Distinct().Order(), rig.Integrity.Select(one => one.ReceivedAtUnixNs));
    }

    // Live, and its channel has spoken at an even pace for a while.
    private static KeeperRig Speaking(out OrderBookSynchroniser book, TimeSpan gap, BookKeeperOptions? options = null)
    {
        var rig = KeeperRig.Live(out book, options ?? new BookKeeperOptions { ProbeAfter = TimeSpan.FromSeconds(10) });
        for (var id = 10; id < 30; id++)
        {
            rig.Advance(gap);
            rig.Change(book, id, id + 1);
            if (rig.Keeper.TakeAudit(includePlanned: true) is { } asked)
                rig.Keeper.AuditFailed(asked);
        }

        rig.Output.Clear();
        return rig;
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
