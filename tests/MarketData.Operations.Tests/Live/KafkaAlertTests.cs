using MarketData.Operations.Tests.Rigs;

namespace MarketData.Operations.Tests.Live;

[Trait("kind", "integration")]
[Collection(Alone.Name)]
public sealed class KafkaAlertTests(RunningSystem system)
{
    [Fact]
    public async Task Kafka_that_is_away_fires_LaneSpilling_until_everything_is_sent()
    {
        await system.RequireAsync();
        system.Kafka.Down();
        await system.Prometheus.UntilAsync("LaneSpilling", fires: true);
        await system.Prometheus.UntilAsync("SinkNotReady", fires: true);
        system.Kafka.Up();
        await system.Prometheus.UntilAsync("LaneSpilling", fires: false);
        await system.Prometheus.UntilAsync("SinkNotReady", fires: false);
        Assert.Equal(0, await system.Prometheus.NowAsync("sum(marketdata_kafka_dead_letters_lost_total)"));
    }
}
