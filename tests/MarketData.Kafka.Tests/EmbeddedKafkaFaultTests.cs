using System.Buffers;
using System.Text;
using MarketData.Embedded.Kafka;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using static MarketData.Kafka.Tests.Support.KafkaProtocol;

namespace MarketData.Kafka.Tests;

/// <summary>What the lane does when the embedded Kafka, or the producer, fails.</summary>
[Trait("kind", "integration")]
public sealed class EmbeddedKafkaFaultTests : EmbeddedKafkaTestBase
{
    [Trait("row", "42")]
    [Fact]
    public async Task Broker_down_and_up_in_midstream_loses_nothing_keeps_the_order_and_shows_in_the_status()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = Options(kafka);
        options.StallGrace = TimeSpan.FromSeconds(1);
        await using var lane = NewLane(options);
        await lane.StartAsync(Token);
        var id = 0;
        await PublishSomeAsync(200);
        await Conditions.UntilAsync(() => lane.Counters.Queued == 0, "flowing");
        Assert.Equal(LaneState.Ready, lane.Status.State);
        kafka.Down();
        await PublishSomeAsync(200);
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Degraded, "degraded");
        Assert.StartsWith("kafka_unreachable: ", lane.Status.Reason, StringComparison.Ordinal);
        // The outage lasts; events go on coming.
        for (var step = 0; step < 25; step++)
        {
            await PublishSomeAsync(20);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        }
        Assert.Equal(200, lane.Counters.Acknowledged);
        kafka.Up();
        await PublishSomeAsync(200);
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Ready && lane.Counters.Queued == 0, "ready again");
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(Sequence(id), Ids(await ReadAsync(kafka, "market.orderbook")));
        AssertConserved(lane, id);

        async Task PublishSomeAsync(int count)
        {
            for (var n = 0; n < count; n++)
                await lane.PublishAsync(TestEvents.Book("A", ++id), Token);
        }
    }

    [Fact]
    public async Task Idle_lane_turns_degraded_and_ready_again_with_the_brokers()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var lane = NewLane(Options(kafka));
        await lane.StartAsync(Token);
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged == 1, "flowing");
        kafka.Down();
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Degraded, "degraded without traffic");
        kafka.Up();
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Ready, "ready without traffic");
    }

    [Fact]
    public async Task Retriable_produce_errors_neither_lose_nor_duplicate_nor_reorder()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var lane = NewLane(Options(kafka));
        await lane.StartAsync(Token);
        for (var id = 1; id <= 1_000; id++)
        {
            if (id % 200 == 0)
                kafka.PushErrors(EmbeddedKafka.ProduceApi, NotLeader, NotEnoughReplicas, RequestTimedOut);
            await lane.PublishAsync(TestEvents.Book("A", id), Token);
            if (id % 100 == 0)
                await Conditions.UntilAsync(() => lane.Counters.Queued == 0, "acknowledged");
        }
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(Sequence(1_000), Ids(await ReadAsync(kafka, "market.orderbook")));
        AssertConserved(lane, 1_000);
    }

    // A broker takes any sequence number from a producer whose partition it does not know yet, and librdkafka takes the acknowledgement of the
    // second batch for that of the first.
    [Fact]
    public async Task First_batch_that_must_be_sent_again_is_neither_overtaken_nor_lost()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var lane = new KafkaLane(Options(kafka), "it-collector", Wide, TimeProvider.System, Log);
        await lane.StartAsync(Token);
        // So late that the next batches are on their way when the first is refused.
        kafka.Rtt(TimeSpan.FromMilliseconds(300));
        kafka.PushErrors(EmbeddedKafka.ProduceApi, NotLeader);
        for (var id = 1; id <= 100; id++)
            await lane.PublishAsync(TestEvents.Book("A", id), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(Sequence(100), Ids(await ReadAsync(kafka, "market.orderbook")));
        AssertConserved(lane, 100);

        // A few of these fill a batch.
        static void Wide(MarketDataEvent marketEvent, IBufferWriter<byte> output) => output.Write(
            Encoding.UTF8.GetBytes($$"""{"id":{{TestEvents.IdOf(marketEvent)}},"padding":"{{new string('x', 5_000)}}"}"""));
    }

    [Trait("row", "42")]
    [Fact]
    public async Task Denied_message_is_rejected_reported_and_the_lane_goes_on()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var lane = NewLane(Options(kafka));
        await lane.StartAsync(Token);
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged == 1, "flowing");
        kafka.PushErrors(EmbeddedKafka.ProduceApi, TopicAuthorizationFailed);
        await lane.PublishAsync(TestEvents.Book("A", 2), Token);
        await Conditions.UntilAsync(() => lane.Counters is { Rejected: 1, Queued: 0 } && lane.KafkaCounters.DeadLetters == 1, "reported");
        await lane.PublishAsync(TestEvents.Book("A", 3), Token);
        Assert.True(await lane.DrainAsync(Token));

        Assert.Equal([1L, 3], Ids(await ReadAsync(kafka, "market.orderbook")));
        var letter = Assert.Single(await ReadAsync(kafka, "market.dead-letter"));
        Assert.Equal(TestEvents.Json("deribit.A", 2), Text(letter));
        Assert.Contains("TopicAuthorizationFailed", HeaderOf(letter, "reason"), StringComparison.Ordinal);
        Assert.Single(await ReadAsync(kafka, "market.integrity"));
        Assert.Equal((4L, 3L, 1L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected));
    }

    // A broker that has just started may not know its topics yet.
    [Trait("row", "42")]
    [Fact]
    public async Task Topic_that_is_unknown_for_a_moment_makes_no_dead_letter_and_what_came_meanwhile_follows_in_order()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = Options(kafka);
        var router = new LogRouter(options, Log, TimeProvider.System);
        await using var lane = new KafkaLane(
            options, "it-collector", TestEvents.Encode, TimeProvider.System, Log, lag: null,
            events =>
            {
                var config = ClientSettings.Producer(options, "it-collector");
                // As of a producer that has run for longer than half a minute, which asks for its topics every second.
                config.Set("topic.metadata.propagation.max.ms", "0");
                config.TopicMetadataRefreshIntervalMs = 1_000;
                return new ConfluentLink(config, new BatchSize(), events, router, Log);
            },
            provisioner: null);
        await lane.StartAsync(Token);
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged == 1, "flowing");
        kafka.TopicError("market.orderbook", UnknownTopic);
        var last = 1;
        await Conditions.UntilAsync(
            () => lane.Status.Reason.StartsWith("kafka_topic_missing: ", StringComparison.Ordinal), () => $"said; {lane.Status}",
            async () => await lane.PublishAsync(TestEvents.Book("A", ++last), Token));
        Assert.Contains("market.orderbook", lane.Status.Reason, StringComparison.Ordinal);
        for (var more = 0; more < 100; more++)
            await lane.PublishAsync(TestEvents.Book("A", ++last), Token);
        kafka.TopicError("market.orderbook", 0);
        await Conditions.UntilAsync(
            () => lane is { Counters.Queued: 0, Status.State: LaneState.Ready }, () => $"delivered; {lane.Status}", () => { });
        Assert.True(await lane.DrainAsync(Token));
        AssertAllInOrder(await ReadAsync(kafka, "market.orderbook"), last, lane);
        AssertConserved(lane, last);
    }

    [Trait("row", "42")]
    [Fact]
    public async Task Message_too_large_is_rejected_and_its_dead_letter_is_cut()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var lane = new KafkaLane(
            Options(kafka), "it-collector",
            (marketEvent, output) =>
            {
                var size = TestEvents.IdOf(marketEvent) == 2 ? 2_000_000 : 10;
                output.GetSpan(size)[..size].Fill((byte)'x');
                output.Advance(size);
            },
            TimeProvider.System, Log);
        await lane.StartAsync(Token);
        for (var id = 1; id <= 3; id++)
            await lane.PublishAsync(TestEvents.Trade("A", id), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(2, (await ReadAsync(kafka, "market.trades")).Count);
        var letter = Assert.Single(await ReadAsync(kafka, "market.dead-letter"));
        Assert.Equal("2000000", HeaderOf(letter, "truncated_from"));
        Assert.Equal((4L, 3L, 1L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected));
    }

    [Trait("row", "43")]
    [Fact]
    public async Task Out_of_order_sequence_breaks_the_producer_and_a_new_one_delivers_all()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var lane = NewLane(Options(kafka));
        await lane.StartAsync(Token);
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged == 1, "flowing");
        kafka.PushErrors(EmbeddedKafka.ProduceApi, OutOfOrderSequence);
        for (var id = 2; id <= 500; id++)
            await lane.PublishAsync(TestEvents.Book("A", id), Token);
        await Conditions.UntilAsync(() => lane.Counters.Queued == 0, "delivered");
        Assert.True(await lane.DrainAsync(Token));
        Assert.True(lane.KafkaCounters.ProducerRebuilds >= 1);
        AssertAllInOrder(await ReadAsync(kafka, "market.orderbook"), 500, lane);
        AssertConserved(lane, 500);
    }

    [Trait("row", "43")]
    [Fact]
    public async Task Fatal_error_under_load_rebuilds_the_producer_and_marks_what_may_be_double()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        ConfluentLink? link = null;
        var options = Options(kafka);
        var router = new LogRouter(options, Log, TimeProvider.System);
        await using var lane = new KafkaLane(
            options, "it-collector", TestEvents.Encode, TimeProvider.System, Log, lag: null,
            events => link = new ConfluentLink(ClientSettings.Producer(options, "it-collector"), new BatchSize(), events, router, Log), provisioner: null);
        await lane.StartAsync(Token);
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        // The embedded brokers do not tell how large a batch may be: the first producer makes way for one with smaller batches.
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged == 1, "flowing");
        for (var id = 2; id <= 3_000; id++)
        {
            if (id % 1_000 == 500)
            {
                var rebuilds = lane.KafkaCounters.ProducerRebuilds;
                BreakForGood(link!);
                await Conditions.UntilAsync(() => lane.KafkaCounters.ProducerRebuilds > rebuilds, "rebuilt");
            }
            await lane.PublishAsync(TestEvents.Book("A", id), Token);
        }
        Assert.True(await lane.DrainAsync(Token));
        AssertAllInOrder(await ReadAsync(kafka, "market.orderbook"), 3_000, lane);
        AssertConserved(lane, 3_000);
    }

    [Fact]
    public async Task Drain_deadline_with_the_broker_away_counts_what_is_left_as_rejected()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var lane = NewLane(Options(kafka));
        await lane.StartAsync(Token);
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged == 1, "flowing");
        kafka.Down();
        for (var id = 2; id <= 10; id++)
            await lane.PublishAsync(TestEvents.Book("A", id), Token);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        Assert.False(await lane.DrainAsync(deadline.Token));
        Assert.Equal((10L, 1L, 9L, 0L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected, lane.Counters.Queued));
        Assert.Contains(Log.Entries, entry => entry.Id == 7010);
    }

    [Fact]
    public async Task Kafka_away_at_start_is_no_error_and_events_arrive_when_it_comes()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        kafka.Down();
        await using var lane = NewLane(Options(kafka));
        await lane.StartAsync(Token);
        Assert.Equal(LaneState.Degraded, lane.Status.State);
        Assert.StartsWith("kafka_unreachable: ", lane.Status.Reason, StringComparison.Ordinal);
        await lane.PublishAsync(TestEvents.Trade("A", 1), Token);
        kafka.Up();
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged == 1 && lane.Status.State == LaneState.Ready, "delivered");
    }

    /// <summary>Every id is there, the marked repeats aside in order, and there are no more repeats than the lane says.</summary>
    private static void AssertAllInOrder(List<KafkaRecord> records, int count, KafkaLane lane)
    {
        Assert.Equal(Sequence(count), Ids(records.DistinctBy(IdOf)));
        Assert.InRange(records.Count - count, 0, lane.KafkaCounters.Resent);
        var repeats = records.GroupBy(IdOf).SelectMany(same => same.Skip(1));
        Assert.All(repeats, record => Assert.Contains(record.Headers, header => header.Key == "resent"));
    }

    /// <summary>librdkafka's own way to test fatal errors; the handle is not public in the .NET client.</summary>
    private static void BreakForGood(ConfluentLink link) => FatalErrors.Raise(link.Handle, OutOfOrderSequence, "raised by a test");
}
