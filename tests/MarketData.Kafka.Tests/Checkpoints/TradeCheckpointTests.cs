using System.Globalization;
using System.Text;
using Confluent.Kafka;
using MarketData.Embedded.Kafka;
using MarketData.Kafka.Checkpoints;
using MarketData.Kafka.Replicas;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using MarketData.Trades;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests.Checkpoints;

/// <summary>Where a tape ended, found again by the next process on an embedded Kafka.</summary>
[Trait("kind", "integration")]
public sealed class TradeCheckpointTests
{
    private const int Partitions = 12;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Next_process_finds_the_last_trade_on_the_topic_with_and_without_a_checkpoint()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        using var producer = NewProducer(kafka);
        await using (var first = new Process(kafka))
        {
            for (var sequence = 1; sequence <= 20; sequence++)
                await TradeAsync(producer, "deribit.A", sequence, first);
            await TradeAsync(producer, "deribit.QUIET", 7, first);
            await first.Topic.SyncAsync(Token);
            await first.Checkpoints.FlushAsync(Token);
            // Acknowledged, but the process dies before its next checkpoint.
            for (var sequence = 21; sequence <= 25; sequence++)
                await TradeAsync(producer, "deribit.A", sequence, null);
            for (var sequence = 1; sequence <= 3; sequence++)
                await TradeAsync(producer, "deribit.NEW", sequence, null);
        }

        await using var next = new Process(kafka);
        var found = await next.Checkpoints.LoadAsync(["deribit.A", "deribit.QUIET", "deribit.NEW", "deribit.NONE"], Token);
        Assert.Equal(
            [("deribit.A", 25L), ("deribit.NEW", 3L), ("deribit.QUIET", 7L)],
            found.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value.TradeSequence)));
        Assert.Equal("id25", found["deribit.A"].TradeId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_another_process_published_meanwhile_is_found_whatever_this_one_wrote_before_or_late(bool isLate)
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        using var producer = NewProducer(kafka);
        // Another instrument of the same partition, whose trades go on.
        var home = KeyPartitioner.Of("deribit.A", Partitions);
        var other = Enumerable.Range(0, 1_000).Select(number => $"deribit.{number}").First(key => KeyPartitioner.Of(key, Partitions) == home);
        await using var frozen = new Process(kafka);
        byte[]? written = null;
        frozen.Topic.Listen((key, value, _) => written = key == TradeCheckpoint.KeyOf("deribit.A") ? written ?? value : written);
        await TradeAsync(producer, "deribit.A", 10, frozen);
        if (isLate)
        {
            await frozen.Checkpoints.FlushAsync(Token);
            await Conditions.UntilAsync(() => written is not null, "the checkpoint on the topic");
        }

        await using (var next = new Process(kafka))
        {
            for (var sequence = 11; sequence <= 25; sequence++)
                await TradeAsync(producer, "deribit.A", sequence, next);
            await next.Checkpoints.FlushAsync(Token);
        }

        frozen.Ask = key => key == "deribit.A" ? GateAnswer.Lost : GateAnswer.Open;
        await TradeAsync(producer, other, 1, frozen);
        await frozen.Checkpoints.FlushAsync(Token);
        // One that was on its way when the process froze.
        if (isLate) Assert.True(await frozen.Topic.WriteAsync(TradeCheckpoint.KeyOf("deribit.A"), TradeCheckpoint.KeyOf("deribit.A"), written));
        await TradeAsync(producer, other, 2, frozen);
        await frozen.Checkpoints.FlushAsync(Token);
        frozen.Ask = _ => GateAnswer.Open;
        Assert.Equal(25, (await frozen.Checkpoints.LoadAsync(["deribit.A"], Token))["deribit.A"].TradeSequence);
        await using var fresh = new Process(kafka);
        Assert.Equal(25, (await fresh.Checkpoints.LoadAsync(["deribit.A"], Token))["deribit.A"].TradeSequence);
    }

    [Fact]
    public async Task While_it_is_not_proven_whose_an_instrument_is_nothing_is_written_of_it_and_nothing_stands_for_it()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        using var producer = NewProducer(kafka);
        await using (var first = new Process(kafka) { Ask = _ => GateAnswer.Hold })
        {
            await TradeAsync(producer, "deribit.A", 10, first);
            await first.Checkpoints.FlushAsync(Token);
            await first.Topic.SyncAsync(Token);
            Assert.Equal(0, first.Written);
            first.Ask = _ => GateAnswer.Open;
            await first.Checkpoints.FlushAsync(Token);
            await Conditions.UntilAsync(() => first.Written == 2, "the checkpoint and the progress");
        }
    }

    [Fact]
    public async Task Trade_in_the_spill_log_is_newer_than_the_topic()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        using var producer = NewProducer(kafka);
        await TradeAsync(producer, "deribit.A", 5, null);
        await using var process = new Process(kafka, new() { ["deribit.A"] = new TradePosition(9, "id9", 1_009) });
        Assert.Equal("id9", (await process.Checkpoints.LoadAsync(["deribit.A"], Token))["deribit.A"].TradeId);
    }

    [Fact]
    public async Task While_no_broker_answers_the_question_waits()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        using var producer = NewProducer(kafka);
        await TradeAsync(producer, "deribit.A", 5, null);
        kafka.Down();
        await using var process = new Process(kafka);
        var question = process.Checkpoints.LoadAsync(["deribit.A"], Token);
        await Task.WhenAny(question, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token));
        Assert.False(question.IsCompleted);
        kafka.Up();
        Assert.Equal(5, (await question)["deribit.A"].TradeSequence);
    }

    private static IProducer<string, byte[]> NewProducer(EmbeddedKafka kafka) =>
        new ProducerBuilder<string, byte[]>(ClientSettings.Producer(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, "it")).Build();

    private static async Task TradeAsync(IProducer<string, byte[]> producer, string key, long sequence, Process? acknowledgedTo)
    {
        var json = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"data_type":"trade","timestamp":{{1_000 + sequence}},"trade_id":"id{{sequence}}","trade_seq":{{sequence}}}""");
        var sent = await producer.ProduceAsync(
            "market.trades", new Message<string, byte[]> { Key = key, Value = Encoding.UTF8.GetBytes(json) }, Token);
        acknowledgedTo?.Checkpoints.Acknowledged(
            key, sequence, $"id{sequence}", 1_000 + sequence, sequence, sent.Partition.Value, sent.Offset.Value);
    }

    /// <summary>The checkpoints as one process has them.</summary>
    private sealed class Process : IAsyncDisposable
    {
        public Process(EmbeddedKafka kafka, Dictionary<string, TradePosition>? spilled = null)
        {
            var options = new KafkaOptions { BootstrapServers = kafka.BootstrapServers };
            var log = new LogRouter(options, NullLogger.Instance, TimeProvider.System);
            Topic = new CheckpointTopic(options, "it/trades", TimeProvider.System, log, NullLogger.Instance);
            var search = new TradeTopicSearch(options, "it/trades", TimeProvider.System, log, NullLogger.Instance);
            Checkpoints = new TradeCheckpoints(
                "it/trades", Topic, search, () => spilled ?? [], key => Ask(key), options.TradeEndsKept, TimeProvider.System);
            Topic.Listen((_, _, _) => Written++);
            Checkpoints.Start();
        }

        /// <summary>Whose an instrument is.</summary>
        public Func<string, GateAnswer> Ask { get; set; } = _ => GateAnswer.Open;

        /// <summary>The records of the topic.</summary>
        public int Written { get; private set; }

        public CheckpointTopic Topic { get; }

        public TradeCheckpoints Checkpoints { get; }

        public async ValueTask DisposeAsync()
        {
            await Checkpoints.DisposeAsync();
            await Topic.DisposeAsync();
        }
    }
}
