namespace MarketData.ServiceDefaults.TestHost;

/// <summary>A service that stops well, never, or with a fault.</summary>
internal sealed partial class TestWorker(string behaviour, TimeProvider time, ILogger<TestWorker> logger) : BackgroundService
{
    // Far more than the pipe, the console's queue and the reader of a test hold together.
    private const int ChatterRecords = 40_000;


    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (behaviour == "fault")
        {
            await Task.Yield();
            throw new InvalidOperationException("The worker failed, as the test asked.");
        }

        if (behaviour == "chatter")
        {
            await Task.Yield();
            for (var record = 0; record < ChatterRecords && !stoppingToken.IsCancellationRequested; record++) Chatter(logger, record);
            await File.WriteAllTextAsync(Environment.GetEnvironmentVariable("TESTHOST_DONE")!, "done", stoppingToken);
        }

        var ignoresStop = behaviour == "hang" ? CancellationToken.None : stoppingToken;
        await Task.Delay(Timeout.InfiniteTimeSpan, time, ignoresStop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(1, LogLevel.Information, "Record {Number} of a service that has much to say, to a reader who does not listen.")]
    private static partial void Chatter(ILogger logger, int number);
}
