using System.Collections.Concurrent;
using MarketData.Embedded.Kafka;
using MarketData.Kafka.Checkpoints;
using MarketData.Kafka.Tests.Support;
using MarketData.Pipeline;
using MarketData.Trades;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static MarketData.Kafka.Tests.Support.KafkaProtocol;

namespace MarketData.Kafka.Tests.Checkpoints;

/// <summary>Ends of tapes that are given up, and those that never are.</summary>
[Trait("kind", "integration")]
public sealed class TradeForgettingTests
{
    private const string Gone = "deribit.BTC-1JAN00-50000-C";
    private const string Listed = "deribit.BTC-PERPETUAL";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Found in a review: with hundreds of options that expire every day, memory and topic grew for ever.
    [Fact]
    public async Task End_of_an_instrument_that_expired_long_ago_is_given_up_and_the_others_stay()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var process = await StartAsync(kafka);
        process.NoteGone();
        await process.GiveUpAsync(Hour);
        Assert.Equal([$"trade/{Gone}"], process.Tombstones);
        Assert.Equal([Listed], (await process.Checkpoints.LoadAsync([Gone, Listed], Token)).Keys);

        // Once is enough, and whoever starts anew finds nothing.
        process.NoteGone();
        await process.GiveUpAsync(Hour);
        Assert.Single(process.Tombstones);
        await using var next = new Process(kafka);
        Assert.Equal([Listed], (await next.Checkpoints.LoadAsync([Gone, Listed], Token)).Keys);
    }

    [Fact]
    public async Task Instrument_that_another_replica_collects_or_may_collect_is_not_touched()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var process = await StartAsync(kafka);
        process.NoteGone();
        foreach (var answer in new[] { GateAnswer.Hold, GateAnswer.Lost })
        {
            process.Answer = answer;
            await process.GiveUpAsync(Hour);
            Assert.Empty(process.Tombstones);
        }
        process.Answer = GateAnswer.Open;
        await process.GiveUpAsync(TimeSpan.Zero);
        Assert.Single(process.Tombstones);
    }

    [Fact]
    public async Task Instrument_that_is_gone_for_less_than_an_hour_or_whose_last_trade_is_young_is_kept()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var process = await StartAsync(kafka);
        process.NoteGone();
        await process.GiveUpAsync(Hour - TimeSpan.FromMinutes(1));
        // The list was incomplete.
        process.Checkpoints.NoteGone(_ => false);
        process.NoteGone();
        await process.GiveUpAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(process.Tombstones);

        process.Acknowledge(Gone, 2, process.Time.GetUtcNow() - TimeSpan.FromDays(3) + TimeSpan.FromMinutes(90));
        await process.GiveUpAsync(Hour);
        Assert.Empty(process.Tombstones);
        await process.GiveUpAsync(Hour);
        Assert.Single(process.Tombstones);
    }

    [Fact]
    public async Task Instrument_that_is_asked_for_again_is_kept()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var process = await StartAsync(kafka);
        process.NoteGone();
        Assert.Equal(1, (await process.Checkpoints.LoadAsync([Gone], Token))[Gone].TradeSequence);
        await process.GiveUpAsync(Hour);
        Assert.Empty(process.Tombstones);
    }

    [Theory]
    [InlineData(GateAnswer.Open)]
    [InlineData(GateAnswer.Hold)]
    public async Task Tombstone_of_an_instrument_that_is_collected_here_is_answered_with_its_checkpoint(GateAnswer answer)
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var process = await StartAsync(kafka);
        process.Answer = answer;
        await process.TombstoneAsync(Gone);
        // At the latest when it is proven again whose it is.
        process.Answer = GateAnswer.Open;
        await process.Checkpoints.FlushAsync(Token);
        await using var next = new Process(kafka);
        Assert.Equal(1, (await next.Checkpoints.LoadAsync([Gone], Token))[Gone].TradeSequence);
    }

    [Fact]
    public async Task Tombstone_of_an_instrument_that_is_anothers_is_not_answered_with_what_this_process_once_knew()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var process = await StartAsync(kafka);
        process.Answer = GateAnswer.Lost;
        await process.TombstoneAsync(Gone);
        process.Answer = GateAnswer.Open;
        await process.Checkpoints.FlushAsync(Token);
        Assert.Empty(await process.Checkpoints.LoadAsync([Gone], Token));
    }

    // Only cancellation was caught: anything else ended the task that writes, for good and without a word.
    [Fact]
    public async Task Fault_while_checkpoints_are_written_shows_until_they_are_and_ends_nothing()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var process = await StartAsync(kafka);
        process.NoteGone();
        process.Fault = "a fault of the test";
        await Conditions.UntilAsync(
            () => process.Checkpoints.Warnings.Count > 0, "said", () => process.Time.Advance(Hour));
        Assert.StartsWith("checkpoints_not_written: ", Assert.Single(process.Checkpoints.Warnings), StringComparison.Ordinal);
        Assert.Contains("a fault of the test", process.Checkpoints.Warnings[0], StringComparison.Ordinal);

        process.Fault = null;
        process.Acknowledge(Listed, 2, DateTimeOffset.UnixEpoch);
        await Conditions.UntilAsync(
            () => process.Checkpoints.Warnings.Count == 0, "written again", () => process.Time.Advance(TimeSpan.FromSeconds(1)));
        await using var next = new Process(kafka);
        Assert.Equal(2, (await next.Checkpoints.LoadAsync([Listed], Token))[Listed].TradeSequence);
    }

    [Fact]
    public async Task Checkpoints_that_Kafka_does_not_take_show_with_the_reason_until_it_does()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var process = await StartAsync(kafka);
        Assert.Empty(process.Checkpoints.Warnings);
        kafka.PushErrors(EmbeddedKafka.ProduceApi, Enumerable.Repeat(TopicAuthorizationFailed, 100).ToArray());
        process.Acknowledge(Listed, 2, DateTimeOffset.UnixEpoch);
        await process.Checkpoints.FlushAsync(Token);
        var warning = Assert.Single(process.Checkpoints.Warnings);
        Assert.StartsWith("checkpoints_not_written: ", warning, StringComparison.Ordinal);
        Assert.Contains("TopicAuthorizationFailed", warning, StringComparison.Ordinal);
        kafka.ClearErrors(EmbeddedKafka.ProduceApi);
        await Conditions.UntilAsync(
            () => process.Checkpoints.Warnings.Count == 0, "written", () => process.Checkpoints.FlushAsync(Token));
    }

    /// <summary>A process that has collected both instruments; what it knows of them is on the topic.</summary>
    private static async Task<Process> StartAsync(EmbeddedKafka kafka)
    {
        var process = new Process(kafka);
        await process.Topic.SyncAsync(Token);
        process.Acknowledge(Gone, 1, DateTimeOffset.UnixEpoch);
        process.Acknowledge(Listed, 1, DateTimeOffset.UnixEpoch);
        await process.Checkpoints.FlushAsync(Token);
        await process.Topic.SyncAsync(Token);
        return process;
    }

    private sealed class Process : IAsyncDisposable
    {
        private readonly ConcurrentQueue<string> _tombstones = new();

        public Process(EmbeddedKafka kafka)
        {
            var options = new KafkaOptions { BootstrapServers = kafka.BootstrapServers };
            var log = new LogRouter(options, NullLogger.Instance, TimeProvider.System);
            Topic = new CheckpointTopic(options, "it/trades", TimeProvider.System, log, NullLogger.Instance);
            var search = new TradeTopicSearch(options, "it/trades", TimeProvider.System, log, NullLogger.Instance);
            Checkpoints = new TradeCheckpoints(
                "it/trades", Topic, search, () => new Dictionary<string, TradePosition>(), _ => Fault is null ? Answer : throw new InvalidOperationException(Fault), options.TradeEndsKept, Time);
            Topic.Listen((key, value, _) =>
            {
                if (value is null)
                    _tombstones.Enqueue(key);
            });
            Checkpoints.Start();
        }

        public FakeTimeProvider Time { get; } = new();

        public CheckpointTopic Topic { get; }

        public TradeCheckpoints Checkpoints { get; }

        /// <summary>What asking for an instrument's owner fails with.</summary>
        public string? Fault { get; set; }

        public GateAnswer Answer { get; set; } = GateAnswer.Open;

        public IReadOnlyCollection<string> Tombstones => _tombstones;

        public void Acknowledge(string key, long sequence, DateTimeOffset at) =>
            Checkpoints.Acknowledged(key, sequence, $"id{sequence}", at.ToUnixTimeMilliseconds(), sequence, 0, sequence);

        public void NoteGone() => Checkpoints.NoteGone(key => key == Gone);

        /// <summary>Lets time pass, writes what is due, and reads it back.</summary>
        public async Task GiveUpAsync(TimeSpan after)
        {
            Time.Advance(after);
            await Checkpoints.FlushAsync(Token);
            await Topic.SyncAsync(Token);
        }

        public async Task TombstoneAsync(string instrument)
        {
            Assert.True(await Topic.WriteAsync(TradeCheckpoint.KeyOf(instrument), TradeCheckpoint.KeyOf(instrument), null));
            await Topic.SyncAsync(Token);
            Assert.NotEmpty(Tombstones);
        }

        public async ValueTask DisposeAsync()
        {
            await Checkpoints.DisposeAsync();
            await Topic.DisposeAsync();
        }
    }
}
