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
    public async Task Letters_that_Kafka_refuses_are_kept_and_told_until_it_takes_them()
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

    private static DeadLetterProducer New(EmbeddedKafka kafka, ArchiveHealth health)
    {
        var options = Options(kafka);
        var logger = NullLogger<KafkaArchive>.Instance;
        return new DeadLetterProducer(options, "it-archiver", health, new LogRouter(options, logger, TimeProvider.System), TimeProvider.System, logger);
    }

    private static ArchiveRecord Record(long offset) => new()
    {
        Partition = new("market.trades", 0), Offset = offset, Key = "deribit.A"u8.ToArray(), Value = "{}"u8.ToArray(), Fault = "unreadable_event: no",
    };
}
