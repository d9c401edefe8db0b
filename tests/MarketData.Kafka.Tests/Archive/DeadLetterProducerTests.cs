using MarketData.Embedded.Kafka;
using MarketData.Kafka.Archive;
using MarketData.Kafka.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static MarketData.Kafka.Tests.Support.KafkaProtocol;

namespace MarketData.Kafka.Tests.Archive;

/// <summary>The archive's dead letters: none is given up.</summary>
[Trait("kind", "integration")]
public sealed class DeadLetterProducerTests : EmbeddedKafkaTestBase
{
    private const string Topic = "market.dead-letter";

    [Fact]
    public async Task Row43_Producer_that_breaks_for_good_is_replaced_and_every_letter_gets_there()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        // Of an idempotent producer this is the end.
        kafka.PushErrors(InitProducerIdApi, ClusterAuthorizationFailed, ClusterAuthorizationFailed);
        var health = NewHealth();
        using var letters = New(kafka, health);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(offset => letters.SendAsync(Record(offset), "row_refused: no", Token)));
        var there = (await ReadAsync(kafka, Topic)).Select(letter => HeaderOf(letter, "offset")).ToHashSet();
        Assert.Equal(20, there.Count);
        Assert.Null(health.DeadLetterTrouble);
    }

    [Fact]
    public async Task Row42_Letters_that_Kafka_refuses_are_kept_and_told_until_it_takes_them()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        kafka.PushErrors(EmbeddedKafka.ProduceApi, [.. Enumerable.Repeat(TopicAuthorizationFailed, 1_000)]);
        var health = NewHealth();
        using var letters = New(kafka, health);
        var sending = letters.SendAsync(Record(7), "row_refused: no", Token);
        await Conditions.UntilAsync(() => health.DeadLetterTrouble is not null, "the trouble");
        Assert.StartsWith("dead_letters_kept: market.dead-letter takes nothing: TopicAuthorizationFailed", health.DeadLetterTrouble, StringComparison.Ordinal);
        Assert.False(sending.IsCompleted);
        kafka.ClearErrors(EmbeddedKafka.ProduceApi);
        await sending;
        Assert.Null(health.DeadLetterTrouble);
        Assert.Equal("7", HeaderOf(Assert.Single(await ReadAsync(kafka, Topic)), "offset"));
    }

    [Fact]
    public async Task Row42_Letter_that_is_too_large_for_the_topic_is_halved_until_it_is_taken_and_says_how_long_it_was()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        kafka.PushErrors(EmbeddedKafka.ProduceApi, MessageTooLarge, MessageTooLarge);
        var health = NewHealth();
        using var letters = New(kafka, health);
        var value = new byte[1_001];
        Random.Shared.NextBytes(value);
        await letters.SendAsync(Record(7, value), "row_refused: no", Token);
        var letter = Assert.Single(await ReadAsync(kafka, Topic));
        Assert.Equal(value[..250], letter.Value?.ToArray());
        Assert.Equal(("1001", "row_refused: no", "7"), (HeaderOf(letter, "truncated_from"), HeaderOf(letter, "reason"), HeaderOf(letter, "offset")));
        Assert.Null(health.DeadLetterTrouble);
    }

    [Fact]
    public async Task Row44_Full_queue_of_the_producer_is_told_and_each_letter_gets_there_once_when_there_is_room()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        // Warm, so that only the queue is in the way.
        var health = NewHealth();
        using var letters = New(kafka, health, mostQueued: 1);
        await letters.SendAsync(Record(0), "row_refused: no", Token);
        kafka.Down();
        var sending = Enumerable.Range(1, 3).Select(offset => letters.SendAsync(Record(offset), "row_refused: no", Token)).ToList();
        await Conditions.UntilAsync(
            () => health.DeadLetterTrouble?.StartsWith("dead_letters_kept: market.dead-letter takes nothing: Local_QueueFull", StringComparison.Ordinal) == true,
            "the trouble");
        Assert.All(sending, one => Assert.False(one.IsCompleted));
        kafka.Up();
        await Task.WhenAll(sending);
        Assert.Equal(["0", "1", "2", "3"], (await ReadAsync(kafka, Topic)).Select(letter => HeaderOf(letter, "offset")).Order());
        Assert.Null(health.DeadLetterTrouble);
    }

    [Fact]
    public async Task Letter_that_is_given_up_leaves_at_once_also_when_the_producer_ends_before_it()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        kafka.Down();
        using var giveUp = new CancellationTokenSource();
        Task sending;
        using (var letters = New(kafka, NewHealth()))
        {
            sending = letters.SendAsync(Record(1), "row_refused: no", giveUp.Token);
            await giveUp.CancelAsync();
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static ArchiveHealth NewHealth() => new(new GatedHistory(), new ArchiveCounters());

    private static DeadLetterProducer New(EmbeddedKafka kafka, ArchiveHealth health, int? mostQueued = null)
    {
        var options = Options(kafka);
        var logger = NullLogger<KafkaArchive>.Instance;
        return new DeadLetterProducer(
            options, "it-archiver", health, new LogRouter(options, logger, TimeProvider.System), TimeProvider.System, logger, mostQueued);
    }

    private static ArchiveRecord Record(long offset, byte[]? value = null) => new()
    {
        Partition = new("market.trades", 0), Offset = offset, Key = "deribit.A"u8.ToArray(), Value = value ?? "{}"u8.ToArray(), Fault = "unreadable_event: no",
    };
}
