using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;

namespace MarketData.Kafka.Tests.Spill;

/// <summary>The log's quota, the disk's end, and commits that were torn.</summary>
public sealed class SpillLimitTests : SpillLaneTestBase
{
    [Fact]
    public async Task Quota_that_is_used_up_stops_the_intake_says_so_and_the_ledger_has_one_pair()
    {
        Options.Spill.QuotaBytes = 64 * 1024;
        Options.QueueCapacity = 50;
        Options.FullGrace = TimeSpan.FromMilliseconds(100);
        await using var lane = await StalledAsync(inFlight: 5);
        var published = 5;
        Task waiting;
        while (true)
        {
            waiting = lane.PublishAsync(TestEvents.Trade("A", ++published), Token).AsTask();
            await Conditions.UntilAsync(() => waiting.IsCompleted || Log.Entries.Any(entry => entry.Id == 7023), "room or its end", Tick);
            if (!waiting.IsCompleted)
                break;
        }
        Tick();
        Assert.Equal(LaneState.Full, lane.Status.State);
        Assert.Contains("kafka_spill_full: ", lane.Status.Reason, StringComparison.Ordinal);
        Assert.Contains("kafka.spill.quota_bytes", lane.Status.Reason, StringComparison.Ordinal);
        Assert.InRange(lane.KafkaCounters.SpillBytes, 1, Options.Spill.QuotaBytes);

        Broker.AcknowledgeAtOnce = true;
        await Conditions.UntilAsync(() => waiting.IsCompleted, "the intake goes on", () =>
        {
            Broker.Link.Acknowledge();
            Tick();
        });
        await waiting;
        await Conditions.UntilAsync(() => Log.Entries.Any(entry => entry.Id == 7024), "the interval is closed", Tick);
        await AcknowledgedAsync(lane, published + 2);
        Assert.Equal(Ids(1, published), Broker.Ids("market.trades"));
        Assert.Equal(["deribit.*", "deribit.*"], Broker.Log.Where(sent => sent.Topic == "market.integrity").Select(sent => sent.KeyText));
        AssertConserved(lane, published + 2);
        Assert.Equal(new LaneStatus(LaneState.Ready), lane.Status);
    }

    [Fact]
    public async Task Row49_Full_disk_is_a_clear_reason_stops_the_intake_damages_nothing_and_loses_nothing()
    {
        using var disk = SmallDisk.Mount(Temp.Sub("disk"), mebibytes: 14);
        Options.Spill.Directory = Path.Combine(disk.Path, "spill");
        Options.QueueCapacity = 1_000;
        var lane = await StalledAsync(inFlight: 5, (marketEvent, output) =>
        {
            TestEvents.Encode(marketEvent, output);
            output.GetSpan(1_000)[..1_000].Fill((byte)' ');
            output.Advance(1_000);
        });
        // Somebody else takes what is left, faster than anybody looks.
        var published = 5;
        Task waiting = Task.CompletedTask;
        while (waiting.IsCompleted)
        {
            if (published == 2_000)
                disk.Fill();
            waiting = lane.PublishAsync(TestEvents.Trade("A", ++published), Token).AsTask();
            if (!waiting.IsCompleted)
                await Conditions.UntilAsync(() => waiting.IsCompleted || Log.Entries.Any(entry => entry.Id == 7023), "room or its end", Tick);
        }
        Assert.Contains("kafka_spill_full: ", lane.Status.Reason, StringComparison.Ordinal);
        AssertConserved(lane, lane.Counters.In);

        // Space comes back while Kafka is still away: what was in memory goes to disk after what is there.
        disk.Empty();
        await Conditions.UntilAsync(() => waiting.IsCompleted, "the intake goes on", Tick);
        await waiting;
        await Conditions.UntilAsync(() => Log.Entries.Any(entry => entry.Id == 7024), "the disk is used again", Tick);
        await PublishAsync(lane, published + 1, published + 100);
        published += 100;
        using var deadline = new CancellationTokenSource();
        await deadline.CancelAsync();
        Assert.False(await lane.DrainAsync(deadline.Token));
        Assert.Equal(0, lane.Counters.Rejected);

        // A second run reads every one of them, in order.
        Broker = new FakeBroker();
        await using var next = await StartAsync();
        await AcknowledgedAsync(next, published + 2);
        Assert.Equal(Ids(1, published), Broker.Ids("market.trades"));
        Assert.True(await next.DrainAsync(Token));
    }

    [Fact]
    public async Task Torn_commit_leaves_the_one_before_it_and_two_torn_ones_are_refused_not_overwritten()
    {
        await using (var lane = await StalledAsync(inFlight: 5))
        {
            await PublishAsync(lane, 6, 500);
            await SpilledAsync(lane, 495);
            using var deadline = new CancellationTokenSource();
            await deadline.CancelAsync();
            await lane.DrainAsync(deadline.Token);
        }
        var commits = Path.Combine(Options.Spill.Directory, "commits");
        var bytes = await File.ReadAllBytesAsync(commits, Token);
        var sound = new[] { 0, 4096 }.Where(at => bytes[at + 16] != 0).ToArray();
        Assert.NotEmpty(sound);
        foreach (var at in sound)
            bytes[at + 60] ^= 0xFF;
        await File.WriteAllBytesAsync(commits, bytes, Token);
        var error = await Assert.ThrowsAsync<SinkError>(() => StartAsync());
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(Options.Spill.Directory, "events*"));
    }
}
