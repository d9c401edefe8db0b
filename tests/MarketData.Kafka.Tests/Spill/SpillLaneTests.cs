using System.Text;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using MarketData.Trades;

namespace MarketData.Kafka.Tests.Spill;

public sealed class SpillLaneTests : SpillLaneTestBase
{
    [Fact]
    public async Task Kafka_that_acknowledges_nothing_sends_events_to_disk_and_they_come_back_in_order_before_new_ones()
    {
        const int InFlight = 10;
        const int Outage = 5_000;
        const int All = 6_000;
        var lane = await StalledAsync(InFlight);
        await PublishAsync(lane, InFlight + 1, Outage);
        await SpilledAsync(lane, Outage - InFlight);

        // Memory holds what the producer had, and no more.
        Assert.Equal(InFlight, Broker.Link.Waiting.Count);
        Assert.Equal(InFlight, lane.Counters.Queued);
        Assert.Equal(LaneState.Degraded, lane.Status.State);
        Assert.Contains($"{Outage - InFlight} events are on disk", lane.Status.Reason, StringComparison.Ordinal);
        AssertConserved(lane, Outage);

        Broker.AcknowledgeAtOnce = true;
        Broker.Link.Acknowledge();
        await PublishAsync(lane, Outage + 1, All);
        await AcknowledgedAsync(lane, All);
        Assert.Equal(new LaneStatus(LaneState.Ready), lane.Status);
        Assert.Equal(Ids(1, All), Broker.Ids("market.trades"));
        Assert.Equal(0, lane.KafkaCounters.Resent);
        Assert.True(await lane.DrainAsync(Token));
        AssertConserved(lane, All);
        Assert.Equal(0, lane.Counters.Spilled);
        Assert.False(Directory.Exists(Options.Spill.Directory), "an empty log leaves no files");
    }

    [Fact]
    public async Task Row48_What_a_kill_leaves_on_disk_is_sent_by_the_next_start_in_order_and_what_was_on_its_way_is_marked()
    {
        await using var killed = await StalledAsync(inFlight: 10);
        await PublishAsync(killed, 11, 2_000);
        await SpilledAsync(killed, 1_990);
        // The commit after the last one.
        await Conditions.UntilAsync(() => killed.KafkaCounters.SpillBytes > 0, "committed", Tick);
        Tick();
        await Task.Yield();
        Options.Spill.Directory = await CommittedCopyAsync(events: 2_000);

        Broker = new FakeBroker();
        await using var lane = await StartAsync();
        Assert.Equal(2_000, lane.Counters.In);
        Assert.Equal(new TradePosition(2_000, "2000", 1_700_000_000_000), Assert.Single(lane.SpilledTrades).Value);
        AssertConserved(lane, 2_000);
        await PublishAsync(lane, 2_001, 2_010);
        await AcknowledgedAsync(lane, 2_010);
        Assert.Equal(Ids(1, 2_010), Broker.Ids("market.trades"));

        // Ten were with the producer; nothing else had been handed out before the kill.
        Assert.Equal(10, lane.KafkaCounters.Resent);
        Assert.Equal(Ids(1, 10), Broker.Log.Where(IsResent).Select(message => FakeBroker.IdOf(message)!.Value));
        Assert.True(await lane.DrainAsync(Token));
        AssertConserved(lane, 2_010);
    }

    [Fact]
    public async Task Row48_Stop_while_Kafka_is_away_keeps_on_disk_what_cannot_be_sent_and_the_next_start_sends_it()
    {
        var lane = await StalledAsync(inFlight: 5);
        await PublishAsync(lane, 6, 300);
        using var deadline = new CancellationTokenSource();
        var drain = lane.DrainAsync(deadline.Token);
        await deadline.CancelAsync();
        Assert.False(await drain);
        Assert.Equal((300L, 0L, 300L, 0L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Spilled, lane.Counters.Rejected));
        Assert.Contains(Log.Entries, entry => entry.Id == 7022);
        Assert.DoesNotContain(Log.Entries, entry => entry.Id == 7010);

        Broker = new FakeBroker();
        await using var next = await StartAsync();
        Assert.Equal(300, next.Counters.In);
        await AcknowledgedAsync(next, 300);
        Assert.Equal(Ids(1, 300), Broker.Ids("market.trades"));
        Assert.True(await next.DrainAsync(Token));
        AssertConserved(next, 300);
    }

    [Fact]
    public async Task Stop_that_finds_a_healthy_lane_busy_keeps_the_rest_on_disk()
    {
        Broker.AcknowledgeAtOnce = false;
        var lane = await StartAsync();
        await PublishAsync(lane, 1, 50);
        await Conditions.UntilAsync(() => Broker.Link.Waiting.Count == 50, "all are sent");
        Broker.Link.Acknowledge(20);
        using var deadline = new CancellationTokenSource();
        await deadline.CancelAsync();
        Assert.False(await lane.DrainAsync(deadline.Token));
        Assert.Equal((20L, 30L, 0L), (lane.Counters.Acknowledged, lane.Counters.Spilled, lane.Counters.Rejected));

        Broker = new FakeBroker();
        await using var next = await StartAsync();
        await AcknowledgedAsync(next, 30);
        Assert.Equal(Ids(21, 50), Broker.Ids("market.trades"));
        Assert.Equal(30, next.KafkaCounters.Resent);
    }

    [Fact]
    public async Task Kafka_away_at_the_start_spills_and_sends_none_before_the_topics_exist()
    {
        Topics.Outcome = new TopicsOutcome(TopicsState.Unreachable, "Local_Transport: refused.");
        await using var lane = await StartAsync();
        await PublishAsync(lane, 1, 1_000);
        await SpilledAsync(lane, 1_000);
        Assert.Empty(Broker.Log);
        Assert.StartsWith("kafka_unreachable: ", lane.Status.Reason, StringComparison.Ordinal);
        Topics.Outcome = FakeTopics.Ready;
        await AcknowledgedAsync(lane, 1_000);
        Assert.Equal(Ids(1, 1_000), Broker.Ids("market.trades"));
    }

    [Fact]
    public async Task Row43_Fatal_producer_during_an_outage_is_replaced_and_the_disk_follows_what_it_had()
    {
        await using var lane = await StalledAsync(inFlight: 10);
        await PublishAsync(lane, 11, 500);
        await SpilledAsync(lane, 490);
        var broken = Broker.Link;
        Broker.AcknowledgeAtOnce = true;
        broken.Events.OnFatal("the sequence is out of order");
        await Conditions.UntilAsync(() => Broker.Links == 2, "the producer is replaced", Tick);
        await AcknowledgedAsync(lane, 500);
        Assert.Equal([.. Ids(1, 10), .. Ids(1, 500)], Broker.Ids("market.trades"));
        Assert.Equal(10, lane.KafkaCounters.Resent);
        AssertConserved(lane, 500);
    }

    [Fact]
    public async Task Row42_Message_from_disk_that_can_never_be_taken_is_rejected_and_reported_as_one_from_memory()
    {
        await using var lane = await StalledAsync(inFlight: 1);
        await PublishAsync(lane, 2, 100);
        await SpilledAsync(lane, 99);
        // What is read back carries no event: only one from disk is refused here.
        Broker.Answer = (message, _) => message.ReadFacts?.ToId == 50 || (message.Topic == "market.trades" && FakeBroker.IdOf(message) == 50)
            ? new ProduceOutcome(ProduceResult.Refused, "MsgSizeTooLarge: too large")
            : new ProduceOutcome(ProduceResult.Accepted);
        Broker.AcknowledgeAtOnce = true;
        await AcknowledgedAsync(lane, 100);
        Assert.Equal([.. Ids(1, 49), .. Ids(51, 100)], Broker.Ids("market.trades"));
        // The report went to the end of the log in its turn.
        var report = Assert.Single(Broker.Log, message => message.Topic == "market.integrity");
        Assert.Equal(("deribit.A", MessageKind.Integrity, "trade"), (report.KeyText, report.Facts!.Kind, report.Facts.Channel));
        var letter = Assert.Single(Broker.Log, message => message.Topic == "market.dead-letter");
        Assert.Equal(TestEvents.Json("deribit.A", 50), Encoding.UTF8.GetString(letter.Value));
        Assert.Equal((101L, 1L, 1L), (lane.Counters.In, lane.Counters.Rejected, lane.KafkaCounters.DeadLetters));
    }

    [Fact]
    public async Task Second_lane_on_one_directory_is_refused_with_a_sentence_that_names_it()
    {
        await using var first = await StartAsync();
        var error = await Assert.ThrowsAsync<SinkError>(() => StartAsync());
        Assert.Contains(Options.Spill.Directory, error.Message, StringComparison.Ordinal);
        Assert.Contains("Another process uses", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starred_directory_gives_each_lane_its_own()
    {
        Options.Spill.Directory = Temp.Sub("trades-*");
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        Assert.True(Directory.Exists(Temp.Sub("trades-1")) && Directory.Exists(Temp.Sub("trades-2")));
    }

    [Fact]
    public async Task Log_of_a_replica_that_did_not_start_again_is_warned_of()
    {
        Options.Spill.Directory = Temp.Sub("trades-*");
        Directory.CreateDirectory(Temp.Sub("trades-3"));
        await File.WriteAllBytesAsync(Path.Combine(Temp.Sub("trades-3"), "commits"), new byte[8_192], Token);
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        var warned = Log.Entries.Where(entry => entry.Id == 7075).ToList();
        Assert.Equal(2, warned.Count);
        Assert.All(warned, entry => Assert.Contains(Temp.Sub("trades-3"), entry.Text, StringComparison.Ordinal));
    }

    private static bool IsResent(PendingMessage message) => message.Headers.Any(header => header.Key == "resent");

    /// <summary>Copies the log until the copy holds everything: a commit may be under way.</summary>
    private async Task<string> CommittedCopyAsync(long events)
    {
        var copies = 0;
        var copy = "";
        await Conditions.UntilAsync(() => Holds(copy = Temp.CopyOf("spill", $"copy-{++copies}")) == events, "everything is durable", Tick);
        return Temp.CopyOf($"copy-{copies}", "killed");
    }

    private long Holds(string directory)
    {
        var options = new KafkaSpillOptions { Directory = directory, SegmentBytes = Options.Spill.SegmentBytes, FreeBytes = 0 };
        using var spill = SpillQueue.Open(options, TimeProvider.System, complaint => Assert.Fail(complaint));
        var found = spill.Examine();
        Assert.Equal((0, false), (found.Lost, found.HasUnknownLoss));
        return found.Events;
    }
}
