using System.Text;
using Confluent.Kafka;
using MarketData.Embedded.Kafka;
using MarketData.Kafka.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static MarketData.Kafka.Tests.Support.KafkaProtocol;

namespace MarketData.Kafka.Tests;

[Trait("kind", "integration")]
public sealed class KafkaTailTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tail_of_one_key_sees_only_that_key()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = new KafkaOptions { BootstrapServers = kafka.BootstrapServers };
        await using var lane = await StartLaneAsync(options);
        for (var id = 1; id <= 10; id++)
        {
            await lane.PublishAsync(TestEvents.Trade("A", id), Token);
            await lane.PublishAsync(TestEvents.Trade("B", id), Token);
        }
        Assert.True(await lane.DrainAsync(Token));
        var count = 0;
        await foreach (var record in NewTail(options).ReadAsync("market.trades", "deribit.B", fromBeginning: true, stopAtEnd: true, Token))
        {
            Assert.Equal("deribit.B", record.Key);
            count++;
        }
        Assert.Equal(10, count);
    }

    [Fact]
    public async Task Tail_from_the_end_sees_what_comes_and_ends_when_cancelled()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = new KafkaOptions { BootstrapServers = kafka.BootstrapServers };
        await using var lane = await StartLaneAsync(options);
        await lane.PublishAsync(TestEvents.Trade("A", 1), Token);
        await Conditions.UntilAsync(() => lane.Counters.Acknowledged == 1, "written before the tail begins");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var seen = 0;
        var old = 0;
        var reading = Task.Run(
            async () =>
            {
                await foreach (var record in NewTail(options).ReadAsync("market.trades", cancellationToken: end.Token))
                {
                    if (Encoding.UTF8.GetString(record.Value!.Value.Span) == TestEvents.Json("deribit.A", 1))
                        Interlocked.Increment(ref old);
                    Interlocked.Increment(ref seen);
                }
            },
            Token);
        var id = 1;
        await Conditions.UntilAsync(
            () => Volatile.Read(ref seen) > 0, "the tail reads", async () => await lane.PublishAsync(TestEvents.Trade("A", ++id), Token));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(0, old);
    }

    [Fact]
    public async Task History_that_the_broker_stops_to_give_is_a_sink_error_that_says_where()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = new KafkaOptions { BootstrapServers = kafka.BootstrapServers };
        await using var lane = await StartLaneAsync(options);
        await lane.PublishAsync(TestEvents.Trade("A", 1), Token);
        Assert.True(await lane.DrainAsync(Token));
        // Every fetch is answered with "not the leader", for longer than the reading may be silent.
        kafka.PushErrors(FetchApi, [.. Enumerable.Repeat(NotLeader, 10_000)]);
        var error = await Assert.ThrowsAsync<SinkError>(async () =>
        {
            var hurried = new KafkaTail(options, new HurriedTime(), NullLogger<KafkaTail>.Instance);
            await foreach (var record in hurried.ReadHistoryAsync("market.trades", "deribit.A", cancellationToken: Token))
                Assert.Fail(record.Key);
        });
        Assert.Matches("market.trades .*: nothing came for 30 s. Check that Kafka is up.", error.Message);
    }

    [Fact]
    public async Task Topic_that_lost_nothing_is_complete_from_its_beginning_and_one_that_did_from_its_oldest_record()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = new KafkaOptions { BootstrapServers = kafka.BootstrapServers };
        await using var lane = await StartLaneAsync(options);
        await lane.PublishAsync(TestEvents.Trade("A", 1), Token);
        Assert.True(await lane.DrainAsync(Token));
        var held = await NewTail(options).HeldAsync("market.trades", "deribit.A", cancellationToken: Token);
        Assert.Equal(new KafkaHeld(1, null), held);

        // The embedded broker keeps 5 MiB of a partition.
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, MessageMaxBytes = 2_000_000 }).Build();
        var random = new Random(1);
        for (var i = 0; i < 8; i++)
        {
            var value = new byte[900_000];
            random.NextBytes(value);
            await producer.ProduceAsync("market.trades", new Message<string, byte[]>
            {
                Key = "deribit.A", Value = value, Timestamp = new Timestamp(1_000_000 + i, TimestampType.CreateTime),
            }, Token);
        }

        held = await NewTail(options).HeldAsync("market.trades", "deribit.A", everyPartition: true, Token);
        // This producer chooses another partition than ours: one of them is whole, of the other the oldest are gone.
        Assert.InRange(held.Records, 4, 7);
        Assert.Equal(1_000_007, held.CompleteFromUnixMs);
    }

    [Fact]
    public async Task Missing_topic_is_a_sink_error_that_names_it()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        kafka.TopicError("no.such.topic", 3);
        var tail = NewTail(new KafkaOptions { BootstrapServers = kafka.BootstrapServers });
        var error = await Assert.ThrowsAsync<SinkError>(async () =>
        {
            await foreach (var record in tail.ReadAsync("no.such.topic", cancellationToken: Token))
                Assert.Fail(record.Key);
        });
        Assert.Contains("no.such.topic", error.Message, StringComparison.Ordinal);
    }

    // A second of it is half a minute.
    private sealed class HurriedTime : TimeProvider
    {
        public override long GetTimestamp() => System.GetTimestamp() * 30;
    }

    private static KafkaTail NewTail(KafkaOptions options) => new(options, TimeProvider.System, NullLogger<KafkaTail>.Instance);

    private static async Task<KafkaLane> StartLaneAsync(KafkaOptions options)
    {
        var lane = new KafkaLane(options, "tail-test", TestEvents.Encode, TimeProvider.System, NullLogger<KafkaLane>.Instance);
        await lane.StartAsync(Token);
        return lane;
    }
}
