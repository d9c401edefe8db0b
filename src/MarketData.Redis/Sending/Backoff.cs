namespace MarketData.Redis.Sending;

/// <summary>Pauses between attempts: exponential with full jitter, so that many collectors do not come back in step. One caller.</summary>
/// <param name="maximum">The longest pause.</param>
/// <param name="random">The source of jitter.</param>
internal sealed class Backoff(TimeSpan maximum, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    /// <summary>Pauses since the last <see cref="Reset"/>.</summary>
    public int Attempts { get; private set; }

    /// <summary>The next pause: between nothing and 100 ms, 200 ms, 400 ms and so on up to the maximum.</summary>
    public TimeSpan Next()
    {
        var ceiling = Math.Min(maximum.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(Attempts, 30)));
        Attempts++;
        return TimeSpan.FromMilliseconds(1 + (random.NextDouble() * ceiling));
    }

    /// <summary>Redis takes writes again.</summary>
    public void Reset() => Attempts = 0;
}
