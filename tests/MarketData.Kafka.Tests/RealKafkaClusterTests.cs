using MarketData.Kafka.Tests.Support;

namespace MarketData.Kafka.Tests;

/// <summary>Three brokers, one of them killed: leaders move, and nothing is lost. On demand.</summary>
[Trait("kind", "integration")]
public sealed class RealKafkaClusterTests(ThreeBrokers kafka) : IClassFixture<ThreeBrokers>
{
    [Fact]
    public async Task Row42_Leaders_that_move_cost_nothing_and_the_order_stays()
    {
        LongTests.Require();
        kafka.Require();
        var token = TestContext.Current.CancellationToken;
        await using var system = new RealKafkaLane(kafka, "moves", options => options.ReplicationFactor = 3);
        await system.Lane.StartAsync(token);
        await system.PublishAsync(1_000);
        for (var broker = 1; broker <= 3; broker++)
        {
            await kafka.TellAsync("kill", $"{broker}");
            var before = system.Published;
            await system.PublishUntilAsync(() => system.Published > before + 5_000, "publishing while leaders move");
            await kafka.TellAsync("start");
            await system.SettledAsync();
        }
        Assert.True(await system.Lane.DrainAsync(token));
        Assert.Equal(0, system.Lane.Counters.Rejected);
        await system.AssertCompleteAsync();
    }
}
