namespace MarketData.Kafka;

/// <summary>Exponential back-off with full jitter, from 100 ms to 10 s.</summary>
internal sealed class Backoff(TimeProvider timeProvider, Func<double> jitter)
{
    private const int HighestDoubling = 10;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>A delay of at least half of the first step, so that a broken thing is never retried in a tight loop.</summary>
    /// <param name="attempt">Which attempt, from 1.</param>
    /// <param name="jitter">A number from 0 to 1.</param>
    public static TimeSpan Delay(int attempt, Func<double> jitter)
    {
        var ceiling = First * Math.Pow(2, Math.Min(attempt - 1, HighestDoubling));
        if (ceiling > Longest)
            ceiling = Longest;
        var floor = First / 2;
        return floor + (ceiling - floor) * jitter();
    }

    /// <summary>Waits before an attempt.</summary>
    public Task WaitAsync(int attempt, CancellationToken cancellationToken) => Task.Delay(Delay(attempt, jitter), timeProvider, cancellationToken);
}
