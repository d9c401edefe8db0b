using MarketData.Archiver.Tests.Rigs;

namespace MarketData.Archiver.Tests;

/// <summary>ClickHouse down, refusing, slow to answer, of another schema: the archiver keeps what it read and says so.</summary>
[Trait("kind", "integration")]
public sealed class Row46Tests(RealClickHouse engine)
{
    // Of the four topics.
    private const int Partitions = 4 * 12;

    [Fact]
    public async Task Row46_ClickHouse_down_stops_the_reading_and_nothing_is_missing_when_it_is_back()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using var proxy = new FaultProxy(await engine.RequireAsync());
        await using var archiver = rig.Start(proxy.Url);
        await rig.PublishAsync(1_000);
        await rig.AssertEachOnceAsync(archiver);

        await proxy.DownAsync();
        await rig.PublishAsync(5_000);
        await archiver.UntilReasonAsync("clickhouse_unreachable");
        await archiver.UntilReasonAsync("archiver_paused");
        // Two batches of each table and one more record, however much there is.
        Assert.InRange(await archiver.FigureAsync("waiting"), 1, 5 * 2 * 501);
        proxy.Up();
        await rig.AssertEachOnceAsync(archiver);
        await archiver.UntilHealthyAsync();
        await archiver.StopAsync();
    }

    [Fact]
    public async Task Row46_Kill_while_ClickHouse_is_down_loses_nothing()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using var proxy = new FaultProxy(await engine.RequireAsync());
        await using (var killed = rig.Start(proxy.Url))
        {
            await rig.PublishAsync(500);
            await rig.AssertEachOnceAsync(killed);
            await proxy.DownAsync();
            await rig.PublishAsync(3_000);
            await killed.UntilReasonAsync("archiver_paused");
            await killed.Process.SignalAsync("KILL");
            await killed.Process.ExitAsync();
        }
        await using var archiver = rig.Start();
        await rig.AssertEachOnceAsync(archiver);
        await archiver.StopAsync();
    }

    [Fact]
    public async Task Row46_Member_that_comes_and_goes_while_ClickHouse_is_down_leaves_nothing_unread()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using var proxy = new FaultProxy(await engine.RequireAsync());
        await using var first = rig.Start(proxy.Url);
        await rig.PublishAsync(100);
        await rig.AssertEachOnceAsync(first);
        await proxy.DownAsync();
        await rig.PublishAsync(3_000);
        await first.UntilReasonAsync("archiver_paused");
        // The second, which reaches ClickHouse, gets partitions that the first has paused, and gives them back.
        await using (var second = rig.Start())
        {
            await Until.TrueAsync(async () => await first.FigureAsync("partitions") < Partitions, () => first.Process.Everything, look: ArchiverProcess.Look);
            await second.StopAsync();
        }
        await Until.TrueAsync(async () => await first.FigureAsync("partitions") == Partitions, () => first.Process.Everything, look: ArchiverProcess.Look);
        await rig.PublishAsync(1_000);
        proxy.Up();
        await rig.AssertEachOnceAsync(first);
        await first.UntilHealthyAsync();
        Assert.Equal(
            await first.FigureAsync("read"),
            await first.FigureAsync("stored") + await first.FigureAsync("returned"));
        await first.StopAsync();
    }

    [Fact]
    public async Task Row46_Stop_while_ClickHouse_is_down_ends_in_time_and_the_next_start_stores_everything()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using var proxy = new FaultProxy(await engine.RequireAsync());
        await using (var stopped = rig.Start(proxy.Url, ("SHUTDOWN__TIMEOUT_SECONDS", "8")))
        {
            await rig.PublishAsync(100);
            await rig.AssertEachOnceAsync(stopped);
            await proxy.DownAsync();
            await rig.PublishAsync(3_000);
            await stopped.UntilReasonAsync("archiver_paused");
            await stopped.StopAsync();
            await stopped.Process.LineAsync("are not stored; they are not committed");
        }
        await using var archiver = rig.Start();
        await rig.AssertEachOnceAsync(archiver);
        await archiver.StopAsync();
    }

    [Fact]
    public async Task Row46_Inserts_that_were_applied_but_not_answered_leave_no_row_twice()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using var proxy = new FaultProxy(await engine.RequireAsync());
        await using var archiver = rig.Start(proxy.Url, ("CLICKHOUSE__INSERT_TIMEOUT_SECONDS", "1"));
        await archiver.UntilHealthyAsync();
        await rig.DoAsync("SYSTEM STOP MERGES trades");
        proxy.SwallowAnswersToInserts = true;
        await rig.PublishAsync(300);
        await archiver.UntilReasonAsync("clickhouse_timeout");
        proxy.SwallowAnswersToInserts = false;
        await rig.AssertEachOnceAsync(archiver);
        // Not even before parts are merged: a repetition bears the name of the first attempt.
        Assert.Equal("300", await rig.AskAsync("SELECT count() FROM trades"));
        await archiver.StopAsync();
    }

    [Fact]
    public async Task Row46_Too_many_parts_is_waited_out_while_the_other_tables_go_on()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using var archiver = rig.Start();
        await rig.PublishAsync(100);
        await rig.AssertEachOnceAsync(archiver);
        await rig.DoAsync("SYSTEM STOP MERGES trades");
        await rig.DoAsync("ALTER TABLE trades MODIFY SETTING parts_to_throw_insert = 1, parts_to_delay_insert = 1, max_delay_to_insert = 0");
        await rig.PublishAsync(1_500);
        await archiver.UntilReasonAsync("clickhouse_too_many_parts");
        await Until.TrueAsync(async () => await rig.CountAsync("tickers") == rig.Published, () => archiver.Process.Everything, look: ArchiverProcess.Look);
        await rig.DoAsync("ALTER TABLE trades RESET SETTING parts_to_throw_insert, parts_to_delay_insert, max_delay_to_insert");
        await rig.DoAsync("SYSTEM START MERGES trades");
        await rig.AssertEachOnceAsync(archiver);
        await archiver.StopAsync();
    }

    [Fact]
    public async Task Row46_Table_that_was_changed_ends_the_archiver_and_nothing_is_committed_past_it()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using (var archiver = rig.Start())
        {
            await rig.PublishAsync(100);
            await rig.AssertEachOnceAsync(archiver);
            await rig.DoAsync("ALTER TABLE trades DROP COLUMN iv");
            await rig.PublishAsync(1_000);
            Assert.True(await archiver.Process.ExitAsync() == 1, archiver.Process.Everything);
            Assert.Contains("the column iv (Nullable(Float64)) is missing", await archiver.Process.LineAsync("clickhouse_schema"), StringComparison.Ordinal);
        }
        await using (var refused = rig.Start())
        {
            Assert.True(await refused.Process.ExitAsync() == 1, refused.Process.Everything);
            await refused.Process.LineAsync("clickhouse_schema");
        }
        await rig.DoAsync("ALTER TABLE trades ADD COLUMN iv Nullable(Float64) CODEC(ZSTD(1)) AFTER mark_price");
        await using var again = rig.Start();
        await rig.AssertEachOnceAsync(again);
        await again.StopAsync();
    }

    [Fact]
    public async Task Row46_ClickHouse_away_at_the_start_is_waited_for()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using var proxy = new FaultProxy(await engine.RequireAsync());
        await proxy.DownAsync();
        await using var archiver = rig.Start(proxy.Url);
        await archiver.UntilReasonAsync("clickhouse_unreachable");
        await rig.PublishAsync(100);
        proxy.Up();
        await rig.AssertEachOnceAsync(archiver);
        await archiver.StopAsync();
    }
}
