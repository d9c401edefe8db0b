using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests;

/// <summary>The lane against Apache Kafka: what the embedded one cannot show.</summary>
[Trait("kind", "integration")]
[Collection(SharedRealKafka.Name)]
public sealed class RealKafkaLaneTests(RealKafka kafka)
{
    private readonly ListLogger<KafkaLane> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Missing_topics_are_created_with_their_partitions_and_the_control_topic_compacted()
    {
        kafka.Require();
        var options = Options("create");
        await using (var lane = NewLane(options))
        {
            await lane.StartAsync(Token);
            await lane.PublishAsync(TestEvents.Trade("A", 1), Token);
            Assert.True(await lane.DrainAsync(Token));
        }
        // A second start finds them.
        await using (var again = NewLane(options))
            await again.StartAsync(Token);

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        foreach (var topic in new[] { options.Topics.OrderBook, options.Topics.Symbols, options.Topics.DeadLetter })
            Assert.Equal(12, admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions.Count);
        Assert.Equal("compact", await CleanupPolicyAsync(admin, options.Topics.Symbols));
        Assert.Equal("compact", await CleanupPolicyAsync(admin, options.Topics.Checkpoints));
        Assert.Equal("delete", await CleanupPolicyAsync(admin, options.Topics.Trades));
    }

    [Fact]
    public async Task Topic_that_the_broker_will_not_create_is_a_sink_error_that_names_it()
    {
        kafka.Require();
        var options = Options("refused");
        options.ReplicationFactor = 3;
        await using var lane = NewLane(options);
        var error = await Assert.ThrowsAsync<SinkError>(() => lane.StartAsync(Token));
        Assert.Contains("refused.market.trades", error.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidReplicationFactor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frozen_broker_degrades_the_lane_and_after_the_thaw_all_arrives_in_order()
    {
        kafka.Require();
        var options = Options("freeze");
        options.StallGrace = TimeSpan.FromSeconds(2);
        await using var lane = NewLane(options);
        await lane.StartAsync(Token);
        await PublishAsync(lane, 1, 1_000);
        await Conditions.UntilAsync(() => lane.Counters.Queued == 0, "flowing");
        await kafka.TellAsync("freeze");
        try
        {
            await PublishAsync(lane, 1_001, 2_000);
            await Conditions.UntilAsync(() => lane.Status.State == LaneState.Degraded, "degraded");
        }
        finally
        {
            await kafka.TellAsync("thaw");
        }
        await Conditions.UntilAsync(() => lane.Status.State == LaneState.Ready && lane.Counters.Queued == 0, "ready again");
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(2_000, lane.Counters.Acknowledged);
        Assert.Equal(Enumerable.Range(1, 2_000).Select(id => TestEvents.Json("deribit.A", id)), await ValuesAsync(options));
    }

    [Fact]
    public async Task Write_denied_on_one_topic_rejects_its_events_and_leaves_the_others_alone()
    {
        kafka.Require();
        var options = Options("denied");
        await using var lane = NewLane(options);
        await lane.StartAsync(Token);
        await kafka.DenyAsync("Write", options.Topics.Trades);
        // The broker learns of the rule a moment later.
        await Conditions.UntilAsync(
            () => lane.Counters.Rejected > 0, "denied", async () => await lane.PublishAsync(TestEvents.Trade("A", 1), Token));
        await lane.PublishAsync(TestEvents.Book("A", 1), Token);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(lane.Counters.In, lane.Counters.Acknowledged + lane.Counters.Rejected);
        Assert.Equal(lane.Counters.Rejected, lane.KafkaCounters.DeadLetters);
        Assert.Contains(
            _log.Entries, entry => entry.Id == 7007 && entry.Text.Contains("TopicAuthorizationFailed", StringComparison.Ordinal));
    }

    // Deleted by mistake while a collector runs: what was in it is gone, but nothing of what comes may end as a dead letter for that.
    [Fact]
    public async Task Row42_Topic_that_is_deleted_under_a_running_lane_is_made_again_and_everything_follows_in_order()
    {
        kafka.Require();
        var options = Options("deleted");
        await using var lane = NewLane(options);
        await lane.StartAsync(Token);
        await PublishAsync(lane, 1, 100);
        await Conditions.UntilAsync(() => lane.Counters.Queued == 0, "flowing");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await admin.DeleteTopicsAsync([options.Topics.Trades]);
        var published = 100;
        await Conditions.UntilAsync(
            () => _log.Entries.Any(entry => entry.Id == 7002), () => $"missed; {lane.Status}", () => PublishAsync(lane, ++published, published));
        Assert.Contains(
            _log.Entries, entry => entry.Id == 7002 && entry.Text.Contains("deleted.market.trades", StringComparison.Ordinal));
        await PublishAsync(lane, published + 1, published + 500);
        published += 500;
        await Conditions.UntilAsync(() => lane is { Counters.Queued: 0, Status.State: LaneState.Ready }, () => $"all sent; {lane.Status}", () => { });
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal((published, published, 0L), (lane.Counters.In, lane.Counters.Acknowledged, lane.Counters.Rejected));
        Assert.Equal(0, lane.KafkaCounters.DeadLetters);
        // What the old topic held at its end is gone with it: here are the last ones, without a hole and in order.
        var ids = (await ValuesAsync(options)).Select(IdIn).Distinct().ToList();
        Assert.Equal(Enumerable.Range(published - ids.Count + 1, ids.Count), ids);
        Assert.InRange(ids.Count, 500, published);
    }

    [Fact]
    public async Task Message_that_the_broker_finds_too_large_is_rejected_and_the_lane_goes_on()
    {
        kafka.Require();
        var options = Options("large");
        options.Compression = KafkaCompression.None;
        await using var lane = new KafkaLane(
            options, "it", (marketEvent, output) =>
            {
                var size = TestEvents.IdOf(marketEvent) == 2 ? 200_000 : 10;
                output.GetSpan(size)[..size].Fill((byte)'x');
                output.Advance(size);
            },
            TimeProvider.System, _log);
        await lane.StartAsync(Token);
        for (var id = 1; id <= 3; id++)
        {
            await lane.PublishAsync(TestEvents.Trade(id.ToString(CultureInfo.InvariantCulture), id), Token);
            await Conditions.UntilAsync(() => lane.Counters.Queued == 0, "settled");
        }
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal(1, lane.Counters.Rejected);
        Assert.Equal(3, lane.Counters.Acknowledged);
    }

    // The broker takes 100,000 bytes in one batch: many small messages at once, as after an outage, must not be refused for their company.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Row43_Small_messages_are_never_refused_because_their_batch_is_too_large(bool isTold)
    {
        kafka.Require();
        var options = Options(isTold ? "batch-told" : "batch-untold");
        options.Compression = KafkaCompression.None;
        options.Linger = TimeSpan.FromMilliseconds(500);
        var router = new LogRouter(options, _log, TimeProvider.System);
        var provisioner = new TopicProvisioner(options, "it", router, _log, TimeProvider.System);
        await using var lane = new KafkaLane(
            options, "it", (marketEvent, output) => Padded(marketEvent, output, 400), TimeProvider.System, _log, lag: null, newLink: null,
            isTold ? provisioner : new SilentTopics(provisioner));
        await lane.StartAsync(Token);
        await PublishAsync(lane, 1, 3_000);
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal((3_000, 0), (lane.Counters.Acknowledged, lane.Counters.Rejected));
        Assert.Equal(0, lane.KafkaCounters.ProducerRebuilds);
        Assert.Equal(Enumerable.Range(1, 3_000), (await ValuesAsync(options)).Select(IdIn).Distinct());
    }

    // What the producer has when the broker answers at last: one batch of a million bytes, and a few messages behind it that the broker takes.
    [Fact]
    public async Task Row43_What_is_behind_a_batch_that_is_too_large_never_gets_there_before_it()
    {
        kafka.Require();
        var options = Options("batch-order");
        options.Compression = KafkaCompression.None;
        options.StallGrace = TimeSpan.FromSeconds(1);
        var router = new LogRouter(options, _log, TimeProvider.System);
        var provisioner = new TopicProvisioner(options, "it", router, _log, TimeProvider.System);
        await using var lane = new KafkaLane(
            options, "it", (marketEvent, output) => Padded(marketEvent, output, 9_000), TimeProvider.System, _log, lag: null, newLink: null,
            new SilentTopics(provisioner));
        await lane.StartAsync(Token);
        await kafka.TellAsync("freeze");
        try
        {
            await PublishAsync(lane, 1, 113);
            await Conditions.UntilAsync(() => lane.Status.State == LaneState.Degraded, "the producer has all and waits");
        }
        finally
        {
            await kafka.TellAsync("thaw");
        }
        Assert.True(await lane.DrainAsync(Token));
        Assert.Equal((113, 0), (lane.Counters.Acknowledged, lane.Counters.Rejected));
        Assert.Equal(Enumerable.Range(1, 113), (await ValuesAsync(options)).Select(IdIn).Distinct());
    }

    private static async Task<List<string>> ValuesAsync(KafkaOptions options)
    {
        var tail = new KafkaTail(options, TimeProvider.System, NullLogger<KafkaTail>.Instance);
        var values = new List<string>();
        await foreach (var record in tail.ReadAsync(options.Topics.Trades, fromBeginning: true, stopAtEnd: true, cancellationToken: Token))
            values.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
        return values;
    }

    private static int IdIn(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return parsed.RootElement.GetProperty("id").GetInt32();
    }

    private static void Padded(MarketDataEvent marketEvent, IBufferWriter<byte> output, int bytes)
    {
        var text = $$"""{"id":{{TestEvents.IdOf(marketEvent)}},"padding":"{{new string('x', bytes)}}"}""";
        output.Write(Encoding.UTF8.GetBytes(text));
    }

    private static async Task PublishAsync(KafkaLane lane, int from, int to)
    {
        for (var id = from; id <= to; id++)
            await lane.PublishAsync(TestEvents.Trade("A", id), Token);
    }

    private static async Task<string> CleanupPolicyAsync(IAdminClient admin, string topic)
    {
        var described = await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = topic }]);
        return described.Single().Entries["cleanup.policy"].Value;
    }

    private KafkaLane NewLane(KafkaOptions options) => new(options, "it", TestEvents.Encode, TimeProvider.System, _log);

    private KafkaOptions Options(string prefix) => new()
    {
        BootstrapServers = kafka.BootstrapServers,
        Topics = new KafkaTopics
        {
            OrderBook = $"{prefix}.market.orderbook",
            Trades = $"{prefix}.market.trades",
            Ticker = $"{prefix}.market.ticker",
            Symbols = $"{prefix}.market.symbols",
            Checkpoints = $"{prefix}.market.checkpoints",
            Integrity = $"{prefix}.market.integrity",
            DeadLetter = $"{prefix}.market.dead-letter",
        },
    };
}
