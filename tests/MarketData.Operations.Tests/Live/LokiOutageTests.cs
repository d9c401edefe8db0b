using MarketData.Operations.Tests.Rigs;

namespace MarketData.Operations.Tests.Live;

/// <summary>Logs are lost and counted while Loki is away; data are not.</summary>
[Trait("kind", "integration")]
public sealed class LokiOutageTests(RunningSystem system)
{
    private const string DeadLetters = "{service_name=\"marketdata-up\"} |= \"dead-letter\"";
    private const string Acknowledged = "sum(marketdata_lane_events_total{sink=\"redis\", outcome=\"acknowledged\"})";

    [Fact]
    public async Task Row47_Loki_that_is_away_costs_the_data_nothing_and_what_it_misses_is_counted()
    {
        var loki = await system.RequireLokiAsync();
        await SayAsync();
        await Until.TrueAsync(async () => await loki.CountAsync("{service_name=\"marketdata-up\"}") > 0, () => $"a record in Loki\n{system.Everything}");

        await loki.StopAsync();
        var before = await system.Prometheus.NowAsync(Acknowledged);
        await SayAsync();
        await system.Prometheus.UntilAsync("LogRecordsLost", fires: true);
        Assert.True(await system.Prometheus.NowAsync("sum(marketdata_telemetry_undelivered_total)") > 0, system.Everything);
        await Until.TrueAsync(async () => await system.Prometheus.NowAsync(Acknowledged) > before + 200, () => $"events go on\n{system.Everything}");
        Assert.Equal(0, await system.Prometheus.NowAsync("sum(marketdata_lane_events_total{outcome=\"rejected\"})"));
        Assert.Equal(1, await system.Prometheus.NowAsync("min(marketdata_lane_ready)"));

        await loki.StartAgainAsync();
        await system.Prometheus.UntilAsync("LogRecordsLost", fires: false);

        // What is said from now on arrives again, behind what was there before.
        var kept = await loki.CountAsync(DeadLetters);
        await SayAsync();
        await Until.TrueAsync(async () => await loki.CountAsync(DeadLetters) > kept, () => $"a new record in Loki\n{system.Everything}");
    }

    // A frame that cannot be used is an error in the log, and nothing else.
    private Task SayAsync() => system.InjectAsync(new { kind = "truncate_json", channel = "ticker.*", count = 3 });
}
