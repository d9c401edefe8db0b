using MarketData.Integration.Tests.Rigs;

using Microsoft.Extensions.Logging;

namespace MarketData.Integration.Tests.Faults;

/// <summary>Silence and slowness that must not be taken for death.</summary>
[Trait("kind", "integration")]
[Collection(Alone.Name)]
public sealed class SessionHeartbeatTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Row24_Heartbeat_is_answered_within_a_second_while_the_processors_spin_and_the_reader_stands_still()
    {
        // Without a disk that takes what the queue cannot hold, so that the queue is full at some time.
        await using var rig = await SessionRigs.StartAsync(("kafka:queue_capacity", "100"), ("kafka:spill:enabled", "false"));
        var answered = rig.Simulator.Status.Connections.ToDictionary(one => one.Id, one => one.HeartbeatsAnswered);
        Assert.Equal(3, answered.Count);
        using (var busy = new BusyMachine())
        {
            // A lossless lane that is full makes the collector wait, and so the reader of the connection.
            rig.Kafka.Down();
            await Until.TrueAsync(() => rig.OrderBooks.Pipeline.Lanes.Any(lane => lane.Counters.Queued >= 100), () => "a full lane");
            await Until.TrueAsync(
                () => rig.Simulator.Status.Connections.Count(one => one.HeartbeatsAnswered > answered.GetValueOrDefault(one.Id)) == 3,
                () => $"an answer on every connection: {string.Join("; ", rig.Simulator.Status.Connections)}; the machine was late by "
                    + $"{busy.WorstDelay}; {ThreadPool.ThreadCount} threads, {ThreadPool.PendingWorkItemCount} waiting; "
                    + string.Join('\n', rig.Log.Lines.Where(line => line.Id.Id is > 1000 and < 3000).Select(line => line.Text)));
            Assert.True(rig.OrderBooks.Pipeline.Lanes.Any(lane => lane.Counters.Queued >= 100), "The reader did not stand still.");
            Assert.NotEmpty(rig.OrderBooks.Reasons());

            // What the machine withheld from a thread that only sleeps it also withheld from us.
            var limit = TimeSpan.FromSeconds(1) + busy.WorstDelay;
            Assert.All(rig.Simulator.Status.Connections, one => Assert.True(
                one.SlowestHeartbeatAnswer < limit, $"{one}; the machine itself was late by {busy.WorstDelay}"));
        }

        rig.Kafka.Up();
        await rig.UntilReadyAsync(TimeSpan.FromSeconds(120));
        Assert.Equal([1L, 2L, 3L], rig.Simulator.Status.Connections.Select(one => one.Id).Order());
        Assert.All(rig.Topics.Integrity, one => Assert.Equal("connected", one.Text("kind")));
        rig.AssertBooksExact();
    }

    [Fact]
    public async Task Row26_Quiet_option_is_left_alone_and_its_verification_advances()
    {
        const string quiet = "BTC-6JUL29-92000-P";
        await using var rig = await Rig.StartAsync(
            new() { Instruments = 12, FramesPerSecond = 50, KeepHistory = true },
            new Dictionary<string, string> { ["exchanges:deribit:snapshot_interval_seconds"] = "1" });
        await using var redis = await rig.RedisAsync();
        await redis.UntilBookAsync(quiet, present: true);
        var mark = await rig.MarkAsync();
        var changeId = rig.Simulator.Market.GetBook(quiet).ChangeId;

        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(12))
        {
            var book = await redis.ReadAsync("deribit." + quiet, TestContext.Current.CancellationToken);
            Assert.True(book is { RemainingTtl.Ticks: > 0 }, "The quiet book has gone from Redis.");
            Assert.All(rig.Collectors.All, collector => Assert.Empty(collector.Reasons()));
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Equal(changeId, rig.Simulator.Market.GetBook(quiet).ChangeId);
        var verified = mark.OrderBooks.Where(one => one.Text("instrument_name") == quiet).ToList();
        Assert.InRange(verified.Count, 6, 18);
        Assert.All(verified, one => Assert.Equal(("snapshot", changeId, 1), (one.Text("action"), one.Number("change_id"), one.Epoch())));
        var times = verified.Select(one => one.Number("verified_at")).ToList();
        Assert.Equal(times.Order().Distinct(), times);

        // Nobody was resubscribed or reconnected.
        Assert.Empty(mark.Integrity);
        Assert.DoesNotContain(mark.Lines, line => line.Id.Id is 1002 or 1003 or 2007 or 2020);
        Assert.Equal([1L, 2L, 3L], rig.Simulator.Status.Connections.Select(one => one.Id).Order());

        // A stop on purpose is no trouble.
        Assert.True(await rig.StopAsync());
        Assert.Equal([], mark.Lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text));
        Assert.Equal(3, mark.Lines.Count(line => line.Id.Id == 4011));
        rig.AssertBooksExact();
    }
}
