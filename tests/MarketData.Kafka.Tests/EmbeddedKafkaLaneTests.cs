using System.Text;
using System.Text.Json;
using MarketData.Embedded.Kafka;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests;

/// <summary>The lane against the real protocol of the embedded Kafka.</summary>
[Trait("kind", "integration")]
public sealed class EmbeddedKafkaLaneTests
{
    /// <summary>The protocol's error codes.</summary>
    private const int OutOfOrderSequence = 45;
    private const int RequestTimedOut = 7;
    private const int NotLeader = 6;
    private const int NotEnoughReplicas = 19;
    private const int TopicAuthorizationFailed = 29;

    private readonly ListLogger<KafkaLane> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_arrive_in_order_per_key_with_headers_and_bytes_and_the_counters_add_up()
    {
        const int Keys = 20;
        const int PerKey = 100;
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var lag = new LagHistogram(TimeProvider.System);
        await using var lane = NewLane(Options(kafka), lag);
        await lane.StartAsync(Token);
        for (var id = 1; id <= PerKey; id++)
        {
            for (var key = 0; key < Keys; key++)
                await lane.PublishAsync(TestEvents.Book($"I-{key}", id, epoch: 4, receivedAtUnixNs: NowUnixNs()), Token);
        }
        await lane.PublishAsync(TestEvents.Integrity("I-1", "bad frame", [1, 2, 3]), Token);
        Assert.True(await lane.DrainAsync(Token));

        var books = await ReadAsync(kafka, "market.orderbook");
        Assert.Equal(Keys, books.Select(record => record.Key).Distinct().Count());
        foreach (var key in books.GroupBy(record => record.Key))
        {
            Assert.Equal(Enumerable.Range(1, PerKey).Select(id => TestEvents.Json(key.Key, id)), key.Select(Text));
            Assert.Single(key.Select(record => record.Partition).Distinct());
        }
        Assert.All(books, record => Assert.Equal(
            ["application/json", "it-collector", "4", "market-data/1"],
            new[] { "content-type", "source", "epoch", "schema" }.Select(name => record.Headers.Single(header => header.Key == name).Value)));
        var letter = Assert.Single(await ReadAsync(kafka, "market.dead-letter"));
        Assert.Equal([1, 2, 3], letter.Value!.Value.ToArray());
        Assert.Single(await ReadAsync(kafka, "market.integrity"));
        AssertConserved(lane, Keys * PerKey + 1);
        var snapshot = lag.Snapshot();
        Assert.Equal(Keys * PerKey, snapshot.Count);
        Assert.True(snapshot.P50 <= snapshot.P99 && snapshot.P99 <= snapshot.Max && snapshot.Max > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(KafkaCompression.None)]
    [InlineData(KafkaCompression.Gzip)]
    [InlineData(KafkaCompression.Snappy)]
    [InlineData(KafkaCompression.Lz4)]
    [InlineData(KafkaCompression.Zstd)]
    public async Task Every_compression_is_read_back(KafkaCompression compression)
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = Options(kafka);
        options.Compression = compression;
        await using var lane = NewLane(options);
        await lane.StartAsync(Token);
        for (var id = 1; id <= 50; id++)
            await lane.PublishAsync(TestEvents.Trade("A", id), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(Sequence(50), Ids(await ReadAsync(kafka, "market.trades")));
    }

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
    public async Task Full_queue_makes_publishing_wait_and_drops_nothing()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = Options(kafka);
        (options.QueueCapacity, options.ProducerQueueMessages, options.FullGrace) = (50, 20, TimeSpan.FromMilliseconds(300));
        await using var lane = NewLane(options);
        await lane.StartAsync(Token);
        kafka.Down();
        var published = 0;
        ValueTask waiting = ValueTask.CompletedTask;
        // More than the lane holds, so that one is left waiting for sure.
        var intake = Task.Run(
            async () =>
            {
                for (var id = 1; id <= 500; id++)
                {
                    await lane.PublishAsync(TestEvents.Trade("A", id), Token);
                    Interlocked.Increment(ref published);
                }
            },
            Token);
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Full, "full");
        Assert.False(intake.IsCompleted);
        Assert.InRange(Volatile.Read(ref published), 50, 80);
        Assert.True(lane.KafkaCounters.QueueFullPauses > 0);
        kafka.Up();
        await intake;
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Ready, "ready again");
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(Sequence(500), Ids(await ReadAsync(kafka, "market.trades")));
        AssertConserved(lane, 500);
    }

    [Fact]
    public async Task Producer_queue_full_under_load_pauses_and_delivers_all_in_order()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = Options(kafka);
        options.ProducerQueueMessages = 10;
        await using var lane = NewLane(options);
        await lane.StartAsync(Token);
        kafka.Rtt(TimeSpan.FromMilliseconds(20));
        for (var id = 1; id <= 1_000; id++)
            await lane.PublishAsync(TestEvents.Trade("A", id), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.True(lane.KafkaCounters.QueueFullPauses > 0);
        Assert.Equal(Sequence(1_000), Ids(await ReadAsync(kafka, "market.trades")));
        AssertConserved(lane, 1_000);
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
        Assert.Contains("TopicAuthorizationFailed", letter.Headers.Single(header => header.Key == "reason").Value, StringComparison.Ordinal);
        Assert.Single(await ReadAsync(kafka, "market.integrity"));
        Assert.Equal((4L, 3L, 1L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected));
    }

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
            TimeProvider.System, _log);
        await lane.StartAsync(Token);
        for (var id = 1; id <= 3; id++)
            await lane.PublishAsync(TestEvents.Trade("A", id), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(2, (await ReadAsync(kafka, "market.trades")).Count);
        var letter = Assert.Single(await ReadAsync(kafka, "market.dead-letter"));
        Assert.Equal("2000000", letter.Headers.Single(header => header.Key == "truncated_from").Value);
        Assert.Equal((4L, 3L, 1L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected));
    }

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

    [Fact]
    public async Task Fatal_error_under_load_rebuilds_the_producer_and_marks_what_may_be_double()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        ConfluentLink? link = null;
        var options = Options(kafka);
        var router = new LogRouter(options, _log, TimeProvider.System);
        await using var lane = new KafkaLane(
            options, "it-collector", TestEvents.Encode, TimeProvider.System, _log, lag: null,
            events => link = new ConfluentLink(ClientSettings.Producer(options, "it-collector"), events, router, _log), provisioner: null);
        await lane.StartAsync(Token);
        for (var id = 1; id <= 3_000; id++)
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
        Assert.Contains(_log.Entries, entry => entry.Id == 7010);
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

    [Fact]
    public async Task Broker_without_the_topics_creates_them_on_first_use()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions { Topics = [] }, Token);
        await using var lane = NewLane(Options(kafka));
        await lane.StartAsync(Token);
        await lane.PublishAsync(TestEvents.Trade("A", 1), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal([1L], Ids(await ReadAsync(kafka, "market.trades")));
    }

    [Fact]
    public async Task Unknown_property_is_a_sink_error_that_names_it_and_hides_secrets()
    {
        var options = new KafkaOptions { BootstrapServers = "localhost:9", Extra = { ["sasl.pasword"] = "x", ["sasl.password"] = "hunter2" } };
        await using var lane = NewLane(options);
        var error = await Assert.ThrowsAsync<SinkError>(() => lane.StartAsync(Token));
        Assert.Contains("sasl.pasword", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_of_the_client_library_comes_to_the_logger_throttled()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var lane = NewLane(Options(kafka));
        await lane.StartAsync(Token);
        kafka.Down();
        await Conditions.UntilAsync(() => _log.Entries.Any(entry => entry.Id == 7016), "librdkafka speaks");
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Degraded, "degraded");
        var text = _log.Entries.Where(entry => entry.Id == 7016).Select(entry => entry.Text.Split(' ')[1]).ToList();
        Assert.Equal(text.Distinct().Count(), text.Count);
    }

    private KafkaLane NewLane(KafkaOptions options, LagHistogram? lag = null) =>
        new(options, "it-collector", TestEvents.Encode, TimeProvider.System, _log, lag);

    private static KafkaOptions Options(EmbeddedKafka kafka) => new() { BootstrapServers = kafka.BootstrapServers };

    private static async Task<List<KafkaRecord>> ReadAsync(EmbeddedKafka kafka, string topic)
    {
        var tail = new KafkaTail(Options(kafka), TimeProvider.System, NullLogger<KafkaTail>.Instance);
        var records = new List<KafkaRecord>();
        await foreach (var record in tail.ReadAsync(topic, fromBeginning: true, stopAtEnd: true, cancellationToken: Token))
            records.Add(record);
        return records;
    }

    private static IEnumerable<long> Sequence(int count) => Enumerable.Range(1, count).Select(id => (long)id);

    private static string Text(KafkaRecord record) => Encoding.UTF8.GetString(record.Value!.Value.Span);

    private static IEnumerable<long> Ids(IEnumerable<KafkaRecord> records) => records.Select(IdOf);

    private static long IdOf(KafkaRecord record)
    {
        using var json = JsonDocument.Parse(record.Value!.Value);
        return json.RootElement.GetProperty("id").GetInt64();
    }

    /// <summary>Every id is there, the marked repeats aside in order, and there are no more repeats than the lane says.</summary>
    private static void AssertAllInOrder(List<KafkaRecord> records, int count, KafkaLane lane)
    {
        Assert.Equal(Sequence(count), Ids(records.DistinctBy(IdOf)));
        Assert.InRange(records.Count - count, 0, lane.KafkaCounters.Resent);
        var repeats = records.GroupBy(IdOf).SelectMany(same => same.Skip(1));
        Assert.All(repeats, record => Assert.Contains(record.Headers, header => header.Key == "resent"));
    }

    private static void AssertConserved(KafkaLane lane, long acknowledged) => Assert.Equal(
        (acknowledged, acknowledged, 0L, 0L),
        (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected, lane.Counters.Queued));

    private static long NowUnixNs() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>librdkafka's own way to test fatal errors; the handle is not public in the .NET client.</summary>
    private static void BreakForGood(ConfluentLink link) => FatalErrors.Raise(link.Handle, OutOfOrderSequence, "raised by a test");
}
