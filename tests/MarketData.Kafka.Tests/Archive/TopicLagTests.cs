using Confluent.Kafka;
using MarketData.Kafka.Archive;
using MarketData.Kafka.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Kafka.Tests.Archive;

/// <summary>How far an archive is behind, and what it says of partitions that stand still.</summary>
[Trait("kind", "integration")]
public sealed class TopicLagTests : ArchiveTestBase
{
    private const int Partitions = 12;

    [Fact]
    public async Task Partition_that_has_records_and_gives_none_for_a_minute_is_told_until_it_gives_them_or_is_held()
    {
        await StartAsync(run: false);
        await ProduceAsync(10);
        var (time, counters) = (new FakeTimeProvider(), new ArchiveCounters());
        var health = new ArchiveHealth(History, counters);
        var desk = new ArchiveDesk(new ArchiveOptions(), History, (_, _, _) => Task.CompletedTask, (_, _, _) => { }, counters, time);
        for (var number = 0; number < Partitions; number++) desk.Begin(new TopicPartition(Topic, number), 0);
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = Kafka.BootstrapServers, GroupId = "lag" }).Build();
        using var lag = new TopicLag(consumer.Handle, health, time);
        var paused = new HashSet<TopicPartition>();

        await UntilAsync(() => health.Lag == 10, "the lag");
        Assert.Null(health.Stalled);
        await UntilAsync(() => health.Stalled is not null, "the standstill");
        Assert.StartsWith("market.trades[", health.Stalled, StringComparison.Ordinal);
        Assert.Contains("(10 records) could not be read for a minute although records are there.", health.Stalled, StringComparison.Ordinal);
        Assert.Contains(health.Reasons(), reason => reason.StartsWith("archiver_stalled: market.trades[", StringComparison.Ordinal));

        paused.UnionWith(desk.Partitions);
        await UntilAsync(() => health.Stalled is null, "held on purpose");
        Assert.Equal(10, health.Lag);

        Task UntilAsync(Func<bool> condition, string what) => Conditions.UntilAsync(condition, what, () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            lag.Measure(desk, paused);
        });
    }
}
