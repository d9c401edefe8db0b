using MarketData.Deribit.Past;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Cli.Tests.Backfill;

/// <summary>How many calls <c>marketdata backfill</c> makes of what the exchange allows.</summary>
[Trait("kind", "integration")]
public sealed class BackfillBudgetTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Ten_calls_are_made_a_second_and_no_more_however_fast_the_exchange_answers()
    {
        await using var rig = await BackfillRig.StartAsync();
        var time = new FakeTimeProvider();
        using var past = DeribitPast.Open(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["exchanges:deribit:WsUrl"] = rig.Simulator.WebSocketUri.ToString(),
                ["exchanges:deribit:HistoryUrl"] = rig.Simulator.HistoryUri.ToString(),
            }).Build(),
            _ => { },
            time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var made = 0;
        var calls = CallAsync();
        foreach (var most in new[] { 10, 20, 30 })
        {
            await Until.TrueAsync(() => Volatile.Read(ref made) >= most, () => $"{most} calls, but {made}");
            await Task.Delay(Look, TimeProvider.System, stop.Token);
            Assert.Equal(most, Volatile.Read(ref made));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calls);

        async Task CallAsync()
        {
            while (true)
            {
                await past.FindAsync(rig.Name, stop.Token);
                Interlocked.Increment(ref made);
            }
        }
    }
}
