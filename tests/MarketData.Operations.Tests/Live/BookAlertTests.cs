using MarketData.Operations.Tests.Rigs;

namespace MarketData.Operations.Tests.Live;

[Trait("kind", "integration")]
public sealed class BookAlertTests(RunningSystem system)
{
    [Fact]
    public async Task Book_that_gets_no_snapshot_fires_BookNotLive_until_one_comes()
    {
        await system.RequireAsync();
        // A hole in the tape, which is repaired.
        await system.InjectAsync(new { kind = "drop", channel = "trades.*", count = 3 });

        await system.InjectAsync(new { kind = "no_snapshot", channel = "book.*", count = 0 });
        await system.InjectAsync(new { kind = "drop", channel = "book.*" });
        await system.Prometheus.UntilAsync("BookNotLive", fires: true);
        Assert.True(await system.Prometheus.NowAsync("sum(marketdata_books{state!=\"live\"})") > 0, system.Everything);

        await system.ClearFaultsAsync();
        await system.Prometheus.UntilAsync("BookNotLive", fires: false);
    }
}
