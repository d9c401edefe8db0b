using System.Collections.Concurrent;
using MarketData.Kafka.Tests.Spill;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;

namespace MarketData.Kafka.Tests;

/// <summary>The lane asks whose instruments these are, tells of acknowledged trades, and waits for what was published.</summary>
public sealed class PublishGateTests : SpillLaneTestBase
{
    [Fact]
    public async Task Nothing_is_sent_while_ownership_is_not_known_and_all_of_it_afterwards()
    {
        var gate = new FakeGate { Answer = _ => GateAnswer.Hold };
        await using var lane = await StartAsync(gate);
        await PublishAsync(lane, 1, 1_000);
        await SpilledAsync(lane, 999);
        Assert.Empty(Broker.Log);
        Assert.StartsWith("kafka_not_owner: ", lane.Status.Reason, StringComparison.Ordinal);
        AssertConserved(lane, 1_000);

        gate.Answer = _ => GateAnswer.Open;
        gate.Change();
        await AcknowledgedAsync(lane, 1_000);
        Assert.Equal(Ids(1, 1_000), Broker.Ids("market.trades"));
        Assert.Equal(new LaneStatus(LaneState.Ready), lane.Status);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(0, lane.KafkaCounters.Resent);
    }

    [Fact]
    public async Task Events_of_an_instrument_that_another_replica_owns_are_rejected_without_a_report_and_the_others_go_on()
    {
        var gate = new FakeGate { Answer = key => key == "deribit.LOST" ? GateAnswer.Lost : GateAnswer.Open };
        await using var lane = await StartAsync(gate);
        await lane.PublishAsync(TestEvents.Trade("LOST", 1), Token);
        await lane.PublishAsync(TestEvents.Integrity("LOST", "gone"), Token);
        await lane.PublishAsync(TestEvents.Trade("KEPT", 2), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(2, FakeBroker.IdOf(Assert.Single(Broker.Log)));
        Assert.Equal((3L, 1L, 2L, 2L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected, lane.KafkaCounters.Fenced));
        Assert.Equal(0, lane.Counters.Lost);
        Assert.Contains(Log.Entries, entry => entry.Id == 7027);
    }

    // A replica that wakes up after it lost its instruments publishes nothing of them; what it drops is counted, the letters among it.
    [Fact]
    public async Task Dead_letters_of_an_instrument_that_another_replica_owns_are_kept_back_and_counted_like_its_events()
    {
        var gate = new FakeGate { Answer = key => key == "deribit.LOST" ? GateAnswer.Lost : GateAnswer.Open };
        await using var lane = await StartAsync(gate);
        await lane.PublishAsync(TestEvents.Integrity("LOST", "unreadable", raw: "{"u8.ToArray()), Token);
        await lane.PublishAsync(TestEvents.Integrity("KEPT", "unreadable", raw: "{"u8.ToArray()), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.All(Broker.Log, message => Assert.Equal("deribit.KEPT", message.KeyText));
        Assert.Equal(["market.integrity", "market.dead-letter"], Broker.Log.Select(message => message.Topic));
        Assert.Equal((2L, 1L, 1L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected));
        Assert.Equal((2L, 1L, 0L), (lane.KafkaCounters.Fenced, lane.KafkaCounters.DeadLetters, lane.KafkaCounters.DeadLettersLost));
    }

    // Kafka refuses events, the freeze comes, and when it is over another has had the instrument meanwhile.
    [Fact]
    public async Task Dead_letter_of_an_event_from_before_another_replica_had_the_instrument_goes_the_way_of_the_event()
    {
        var gate = new FakeGate();
        Broker.Answer = (message, _) => message.Topic == "market.trades"
            ? new ProduceOutcome(ProduceResult.Refused, "TopicAuthorizationFailed")
            : new ProduceOutcome(ProduceResult.Accepted);
        gate.Answer = _ => Broker.ProduceCalls == 0 ? GateAnswer.Open : GateAnswer.Hold;
        await using var lane = await StartAsync(gate);
        await PublishAsync(lane, 1, 1);
        await Conditions.UntilAsync(() => lane.Counters.Rejected == 1, "refused");
        gate.ReceivedLater = true;
        gate.Answer = _ => GateAnswer.Open;
        gate.Change();
        Assert.True(await lane.DrainAsync(Token));
        Assert.Empty(Broker.Log);
        Assert.Equal(2, lane.KafkaCounters.Fenced);
    }

    [Fact]
    public async Task Events_on_disk_are_asked_for_again_when_they_are_sent()
    {
        var gate = new FakeGate();
        Broker.AcknowledgeAtOnce = false;
        await using var lane = await StartAsync(gate);
        await PublishAsync(lane, 1, 10);
        await Conditions.UntilAsync(() => Broker.Link.Waiting.Count == 10, "all are sent");
        await Conditions.UntilAsync(() => Log.Entries.Any(entry => entry.Id == 7019), "the lane spills", Tick);
        await PublishAsync(lane, 11, 500);
        await SpilledAsync(lane, 490);
        gate.Answer = _ => GateAnswer.Lost;
        await AcknowledgedAsync(lane, 10);
        await Conditions.UntilAsync(() => lane.Counters.Rejected == 490, "given up", Tick);
        Assert.Equal(Ids(1, 10), Broker.Ids("market.trades"));
        AssertConserved(lane, 500);
    }

    [Theory]
    [InlineData(GateAnswer.Open)]
    [InlineData(GateAnswer.Lost)]
    public async Task What_the_producer_has_is_taken_back_when_the_membership_ends_and_asked_for_again(GateAnswer afterwards)
    {
        var gate = new FakeGate();
        Broker.AcknowledgeAtOnce = false;
        await using var lane = await StartAsync(gate);
        await PublishAsync(lane, 1, 5);
        await Conditions.UntilAsync(() => Broker.Link.Waiting.Count == 5, "all are sent");
        var first = Broker.Link;
        gate.Answer = _ => GateAnswer.Hold;
        await Conditions.UntilAsync(() => first.Disposed && Broker.Links == 2, "taken back", Tick);
        Assert.Empty(Broker.Link.Waiting);
        AssertConserved(lane, 5);

        Broker.AcknowledgeAtOnce = true;
        gate.Answer = _ => afterwards;
        gate.Change();
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged + lane.Counters.Rejected == 5, "settled", Tick);
        Assert.Equal(afterwards == GateAnswer.Open ? 5 : 0, lane.Counters.Acknowledged);
        var again = Broker.Log.Skip(5).ToList();
        Assert.Equal(afterwards == GateAnswer.Open ? Ids(1, 5) : [], again.Select(message => FakeBroker.IdOf(message)!.Value));
        Assert.All(again, message => Assert.Contains(message.Headers, header => header.Key == "resent"));
        AssertConserved(lane, 5);
    }

    [Fact]
    public async Task Hold_that_ends_because_another_replica_owns_everything_is_over()
    {
        var gate = new FakeGate { Answer = _ => GateAnswer.Hold };
        await using var lane = await StartAsync(gate);
        await PublishAsync(lane, 1, 1);
        await Conditions.UntilAsync(() => lane.Status.Reason.StartsWith("kafka_not_owner: ", StringComparison.Ordinal), "held");
        gate.Answer = _ => GateAnswer.Lost;
        gate.Change();
        await Conditions.UntilAsync(() => lane.Counters.Rejected == 1, "given up", Tick);
        Assert.Equal(new LaneStatus(LaneState.Ready), lane.Status);
    }

    [Fact]
    public async Task Acknowledged_trades_are_told_with_their_position_also_those_from_disk()
    {
        var heard = new HeardTrades();
        Broker.AcknowledgeAtOnce = false;
        await using var lane = await StartAsync(trades: heard);
        await PublishAsync(lane, 1, 10);
        await lane.PublishAsync(TestEvents.Book("A", 7), Token);
        await Conditions.UntilAsync(() => Broker.Link.Waiting.Count == 11, "all are sent");
        await Conditions.UntilAsync(() => Log.Entries.Any(entry => entry.Id == 7019), "the lane spills", Tick);
        await PublishAsync(lane, 11, 100);
        await SpilledAsync(lane, 90);
        Assert.Empty(heard.All);
        await AcknowledgedAsync(lane, 101);
        Assert.Equal(Ids(1, 100).Select(id => ("deribit.A", id, $"{id}")), heard.All);
    }

    [Fact]
    public async Task Flush_waits_for_what_was_published_before_it_on_disk_or_on_its_way_and_for_nothing_else()
    {
        await using var lane = await StalledAsync(inFlight: 10);
        await PublishAsync(lane, 11, 500);
        await SpilledAsync(lane, 490);
        var flush = lane.FlushAsync(Token);
        await PublishAsync(lane, 501, 600);
        Tick();
        Assert.False(flush.IsCompleted);

        // The last one that it waits for is acknowledged, and not a single one behind it.
        await Conditions.UntilAsync(() => Broker.Ids("market.trades").Contains(500), "500 is sent", () =>
        {
            if (!Broker.Ids("market.trades").Contains(500))
                Broker.Link.Acknowledge(10);
            Tick();
        });
        await Conditions.UntilAsync(() => flush.IsCompleted, "flushed", () =>
        {
            while (Broker.Link.Waiting.TryPeek(out var next) && FakeBroker.IdOf(next) <= 500)
                Broker.Link.Acknowledge(1);
            Tick();
        });
        await flush;
        Assert.InRange(lane.Counters.Acknowledged, 500, 599);
    }

    [Fact]
    public async Task Flush_of_a_lane_that_has_acknowledged_everything_completes_also_after_its_end()
    {
        var lane = await StartAsync();
        await lane.FlushAsync(Token);
        await PublishAsync(lane, 1, 10);
        await lane.FlushAsync(Token);
        Assert.Equal(10, lane.Counters.Acknowledged);
        Assert.True(await lane.DrainAsync(Token));
        await lane.FlushAsync(Token);
        Assert.True(lane.IsSettled);
    }

    [Fact]
    public async Task Flush_that_waits_for_what_is_given_up_at_the_end_fails_and_the_lane_is_not_settled()
    {
        Options.Spill.Enabled = false;
        Broker.AcknowledgeAtOnce = false;
        var lane = await StartAsync();
        Assert.True(lane.IsSettled);
        await PublishAsync(lane, 1, 5);
        await Conditions.UntilAsync(() => Broker.Link.Waiting.Count == 5, "all are sent");
        var flush = lane.FlushAsync(Token);
        Assert.False(await lane.DrainAsync(new CancellationToken(canceled: true)));
        await Assert.ThrowsAsync<SinkError>(() => flush);
        Assert.Equal((0, 5), (lane.Counters.Queued, lane.Counters.Rejected));
        Assert.False(lane.IsSettled);
    }

    private sealed class FakeGate : IPublishGate
    {
        private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<string, GateAnswer> Answer { get; set; } = _ => GateAnswer.Open;

        /// <summary>Whether another had the instruments until just now: then only what has no time is open.</summary>
        public bool ReceivedLater { get; set; }

        public GateAnswer Ask(string key) => Answer(key);

        public GateAnswer Ask(string key, long receivedAtUnixNs) =>
            ReceivedLater && receivedAtUnixNs < long.MaxValue ? GateAnswer.Lost : Answer(key);

        public Task WaitForChangeAsync(CancellationToken cancellationToken) => _change.Task.WaitAsync(cancellationToken);

        public void Change() =>
            Interlocked.Exchange(ref _change, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private sealed class HeardTrades : IAcknowledgedTrades
    {
        public ConcurrentQueue<(string Key, long Sequence, string TradeId)> All { get; } = new();

        public void Acknowledged(
            string key, long tradeSequence, string tradeId, long exchangeTimeUnixMs, long completeUpTo, int partition, long offset) =>
            All.Enqueue((key, tradeSequence, tradeId));
    }
}
