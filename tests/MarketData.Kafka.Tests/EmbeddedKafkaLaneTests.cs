using MarketData.Embedded.Kafka;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Kafka.Tests;

/// <summary>The lane against the real protocol of the embedded Kafka.</summary>
[Trait("kind", "integration")]
public sealed class EmbeddedKafkaLaneTests : EmbeddedKafkaTestBase
{
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
            new[] { "content-type", "source", "epoch", "schema" }.Select(name => HeaderOf(record, name))));
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
    public async Task Full_queue_makes_publishing_wait_and_drops_nothing()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = Options(kafka);
        (options.QueueCapacity, options.ProducerQueueMessages, options.FullGrace) = (50, 20, TimeSpan.FromMilliseconds(300));
        await using var lane = NewLane(options);
        await lane.StartAsync(Token);
        kafka.Down();
        var published = 0;
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
        var options = new KafkaOptions { BootstrapServers = "localhost:9" };
        (options.Extra["sasl.pasword"], options.Extra["sasl.password"]) = ("x", "hunter2");
        await using var lane = NewLane(options);
        var error = await Assert.ThrowsAsync<SinkError>(() => lane.StartAsync(Token));
        Assert.Contains("sasl.pasword", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_of_the_client_library_comes_to_theLogger_throttled()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        // With a clock that stands still, no kind of message may appear twice.
        await using var lane = new KafkaLane(Options(kafka), "it-collector", TestEvents.Encode, new FakeTimeProvider(), Log);
        await lane.StartAsync(Token);
        kafka.Down();
        await Conditions.UntilAsync(() => Log.Entries.Any(entry => entry.Id == 7016), "librdkafka speaks");
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Degraded, "degraded");
        var kinds = Log.Entries.Where(entry => entry.Id == 7016).Select(entry => entry.Text.Split(' ')[1]).ToList();
        Assert.Equal(kinds.Distinct().Count(), kinds.Count);
    }
}
