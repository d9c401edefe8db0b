using MarketData.Kafka.Tests.Support;

namespace MarketData.Kafka.Tests;

/// <summary>A broker whose disk is full ends; when it has room again, it gets everything. On demand.</summary>
[Trait("kind", "integration")]
public sealed class RealKafkaDiskTests(SmallDiskKafka kafka) : IClassFixture<SmallDiskKafka>
{
    [Fact]
    public async Task Row42_Full_disk_of_the_broker_costs_nothing()
    {
        LongTests.Require();
        kafka.Require();
        var token = TestContext.Current.CancellationToken;
        await using var system = new RealKafkaLane(kafka, "full", options =>
        {
            options.Partitions = 1;
            options.Compression = KafkaCompression.None;
        });
        await system.Lane.StartAsync(token);
        await Conditions.UntilAsync(
            () => system.Lane.Counters.Spilled > 20_000, () => $"the disk is full; {system.Lane.Status.Reason}", () => system.PublishAsync(2_000));
        kafka.Enlarge();
        await kafka.TellAsync("kill");
        await kafka.TellAsync("start");
        await system.SettledAsync();
        Assert.True(await system.Lane.DrainAsync(token));
        Assert.Equal(0, system.Lane.Counters.Rejected);
        await system.AssertCompleteAsync();
    }
}
