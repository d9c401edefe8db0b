namespace MarketData.ServiceDefaults.TestHost;

/// <summary>A service that stops well, never, or with a fault.</summary>
internal sealed class TestWorker(string behaviour, TimeProvider time) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (behaviour == "fault")
        {
            await Task.Yield();
            throw new InvalidOperationException("The worker failed, as the test asked.");
        }

        var ignoresStop = behaviour == "hang" ? CancellationToken.None : stoppingToken;
        await Task.Delay(Timeout.InfiniteTimeSpan, time, ignoresStop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
