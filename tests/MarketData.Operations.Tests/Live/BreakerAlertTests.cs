using MarketData.Operations.Tests.Rigs;

namespace MarketData.Operations.Tests.Live;

[Trait("kind", "integration")]
public sealed class BreakerAlertTests(RunningSystem system)
{
    [Fact]
    public async Task ClickHouse_that_is_away_fires_SinkBreakerOpen_until_it_is_back()
    {
        await system.RequireClickHouseAsync();
        await system.ToClickHouse!.DownAsync();
        await system.Prometheus.UntilAsync("SinkBreakerOpen", fires: true);
        system.ToClickHouse.Up();
        await system.Prometheus.UntilAsync("SinkBreakerOpen", fires: false);
        await Until.TrueAsync(
            async () => await system.Prometheus.NowAsync("sum(marketdata_archiver_lag + marketdata_archiver_waiting)") < 1_000,
            () => $"what waited is stored\n{system.Everything}");
        Assert.Equal(0, await system.Prometheus.NowAsync("sum(marketdata_archiver_lost_total + marketdata_archiver_dead_letters_total)"));
    }
}
