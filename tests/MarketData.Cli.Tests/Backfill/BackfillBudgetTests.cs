using MarketData.Deribit.Past;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Cli.Tests.Backfill;

/// <summary>How many calls <c>marketdata backfill</c> makes of what the exchange allows.</summary>
[Trait("kind", "integration")]
public sealed class BackfillBudgetTests
{
    [Fact]
    public async Task Ten_calls_are_made_a_second_and_no_more_however_fast_the_exchange_answers()
    {
        await using var rig = await BackfillRig.StartAsync();
        var time = new WatchedTime();
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
            // The next one waits for the budget.
            await Until.TrueAsync(() => time.IsWaitedFor, () => $"a wait after {most} calls, but {made}");
            Assert.Equal(most, Volatile.Read(ref made));
            time.Pass(TimeSpan.FromSeconds(1));
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

    /// <summary>A clock that stands, and knows whether somebody waits for less than a second; calls may wait for their answers longer.</summary>
    private sealed class WatchedTime : FakeTimeProvider
    {
        private volatile bool _isWaitedFor;

        public bool IsWaitedFor => _isWaitedFor;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(1))
                _isWaitedFor = true;
            return timer;
        }

        public void Pass(TimeSpan time)
        {
            _isWaitedFor = false;
            Advance(time);
        }
    }
}
