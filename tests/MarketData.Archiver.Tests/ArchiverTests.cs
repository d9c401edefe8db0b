using MarketData.Archiver.Tests.Rigs;

namespace MarketData.Archiver.Tests;

/// <summary>The way of events from Kafka to ClickHouse through starts, stops, kills and the group's changes.</summary>
[Trait("kind", "integration")]
public sealed class ArchiverTests(RealClickHouse engine)
{
    [Fact]
    public async Task Every_event_is_stored_once_and_a_restart_reads_none_again()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await rig.PublishAsync(2_000);
        await using (var first = rig.Start())
        {
            await rig.AssertEachOnceAsync(first);
            await first.UntilHealthyAsync();
            await first.StopAsync();
        }
        await rig.PublishAsync(100);
        await using var second = rig.Start(more: ("CLICKHOUSE__TTL__TOP_OF_BOOK_1S_DAYS", "30"));
        await rig.AssertEachOnceAsync(second);
        Assert.Equal(
            "top_of_book_1s_state", await rig.AskAsync("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine_full LIKE '% toIntervalDay(30) %'"));
        Assert.Equal(500, await second.FigureAsync("read"));
        await second.StopAsync();
    }

    [Fact]
    public async Task Members_that_come_stop_and_die_leave_every_event_once()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using var first = rig.Start();
        await first.UntilHealthyAsync();
        await rig.PublishAsync(3_000);
        await using var second = rig.Start();
        await second.UntilHealthyAsync();
        await rig.PublishAsync(3_000);
        await first.Process.SignalAsync("KILL");
        await using var third = rig.Start();
        await third.UntilHealthyAsync();
        await rig.PublishAsync(3_000);
        await second.StopAsync();
        await rig.PublishAsync(1_000);
        await rig.AssertEachOnceAsync(second, third);
        await third.StopAsync();
    }

    [Fact]
    public async Task Records_that_are_no_events_become_dead_letters_with_their_place_and_reason()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await rig.PublishAsync(10);
        await rig.PublishAsync("market.trades", "{\"data_type\":\"trade\"");
        await rig.PublishAsync("market.ticker", "{\"data_type\":\"weather\",\"exchange\":\"x\",\"instrument_name\":\"A\",\"timestamp\":1,\"received_at\":1}");
        rig.Send("market.trades", Sample.Trade(11) with { ExchangeTimeUnixMs = long.MaxValue });
        await rig.PublishAsync(10);
        await using var archiver = rig.Start();
        await rig.AssertEachOnceAsync(archiver);
        await Until.TrueAsync(() => rig.DeadLetters().Count == 3, () => archiver.Process.Everything, look: ArchiverProcess.Look);
        await archiver.UntilReasonAsync("archiver_rejecting", "degraded");
        Assert.Equal(
            [("market.ticker", "unknown_event"), ("market.trades", "unreadable_event"), ("market.trades", "value_out_of_range")],
            rig.DeadLetters().Select(letter => (letter.Topic, letter.Reason[..letter.Reason.IndexOf(':', StringComparison.Ordinal)])).Order());
        Assert.Equal((3, 103), (await archiver.FigureAsync("dead_letters"), await archiver.FigureAsync("read")));
        await archiver.StopAsync();
    }

    [Fact]
    public async Task Records_that_Kafka_forgot_before_they_were_archived_are_counted_and_told()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        rig.Send("market.ticker", Sample.Ticker());
        await using (var first = rig.Start())
        {
            await Until.TrueAsync(async () => await rig.CountAsync("tickers") == 1, () => first.Process.Everything, look: ArchiverProcess.Look);
            await first.StopAsync();
        }
        // One partition of the embedded Kafka keeps 5 MiB.
        const int More = 20_000;
        for (var number = 1; number <= More; number++) rig.Send("market.ticker", Sample.Ticker() with { ReceivedAtUnixNs = Sample.Nanoseconds + number });
        await rig.PublishAsync(0);
        await using var second = rig.Start();
        var reason = await second.UntilReasonAsync("archiver_lost", "degraded");
        Assert.Contains("The records 1 to ", reason, StringComparison.Ordinal);
        var lost = await second.FigureAsync("lost");
        Assert.InRange(lost, 1, More);
        await Until.TrueAsync(
            async () => await rig.CountAsync("tickers") == 1 + More - lost, () => $"{1 + More - lost} tickers.\n{second.Process.Everything}",
            look: ArchiverProcess.Look);
        await second.StopAsync();
    }

    [Fact]
    public async Task Row42_Kafka_away_is_told_and_nothing_is_missing_when_it_is_back()
    {
        await using var rig = await ArchiveRig.StartAsync(engine);
        await using var archiver = rig.Start();
        await archiver.UntilHealthyAsync();
        await rig.PublishAsync(1_000);
        await rig.AssertEachOnceAsync(archiver);
        rig.Kafka.Down();
        await archiver.UntilReasonAsync("kafka_unreachable");
        rig.Kafka.Up();
        await rig.PublishAsync(1_000);
        await rig.AssertEachOnceAsync(archiver);
        await archiver.UntilHealthyAsync();
        rig.Kafka.Down();
        await archiver.UntilReasonAsync("kafka_unreachable");
        await archiver.StopAsync();
    }

    [Fact]
    public async Task Archiver_without_servers_names_both_at_once_and_exits_with_2()
    {
        await using var archiver = ArchiverProcess.Start([]);
        Assert.True(await archiver.Process.ExitAsync() == 2, archiver.Process.Everything);
        Assert.Contains(archiver.Process.Errors, line => line.Contains("kafka.bootstrap_servers is empty", StringComparison.Ordinal));
        Assert.Contains(archiver.Process.Errors, line => line.Contains("clickhouse.url is empty", StringComparison.Ordinal));
    }
}
