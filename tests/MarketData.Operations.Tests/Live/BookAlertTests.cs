using MarketData.Operations.Tests.Rigs;

namespace MarketData.Operations.Tests.Live;

[Trait("kind", "integration")]
public sealed class BookAlertTests(RunningSystem system)
{
    private const string Channel = "book.BTC-PERPETUAL.*";

    [Fact]
    public async Task Book_that_gets_no_snapshot_fires_BookNotLive_until_one_comes()
    {
        await system.RequireAsync();
        // A hole in the tape, which is repaired.
        await system.InjectAsync(new { kind = "drop", channel = "trades.*", count = 3 });

        // Two subscriptions bring no snapshot, for five seconds each; then the connection is replaced, and the snapshot comes late.
        await system.InjectAsync(new { kind = "no_snapshot", channel = Channel, count = 2 });
        await system.InjectAsync(new { kind = "delay_snapshot", channel = Channel, duration_ms = 8_000 });
        await system.InjectAsync(new { kind = "drop", channel = Channel });
        await system.Prometheus.UntilAsync("BookNotLive", fires: true);
        Assert.True(await system.Prometheus.NowAsync("sum(marketdata_books{state!=\"live\"})") > 0, system.Everything);
        await system.Prometheus.UntilAsync("BookNotLive", fires: false);
    }
}
