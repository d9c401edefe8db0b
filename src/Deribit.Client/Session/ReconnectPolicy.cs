namespace Deribit.Client.Session;

/// <summary>
/// When to connect again. Comes in: failed attempts, losses, stability. Goes out: the next wait. Owns: the count of failures in a row and
/// the circuit; it lives outside the connection loop, so no new connection resets it by merely opening. Runs on: the connection loop.
/// </summary>
/// <param name="options">Base, cap, threshold and times.</param>
/// <param name="random">A number from 0 to 1 for the jitter.</param>
internal sealed class ReconnectPolicy(DeribitClientOptions options, Func<double> random)
{
    private const int LargestExponent = 30;

    /// <summary>Failures or early losses in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Where the reconnecting stands.</summary>
    public DeribitBackoffState State { get; private set; }

    /// <summary>The wait before the next attempt, after a failed attempt or a loss.</summary>
    /// <param name="uptime">How long the connection held; zero for a failed attempt.</param>
    /// <param name="least">The least wait.</param>
    public TimeSpan NextDelay(TimeSpan uptime, TimeSpan least)
    {
        if (uptime >= options.StableAfter)
        {
            MarkStable();
        }

        Failures++;
        if (Failures >= options.CircuitThreshold)
        {
            State = DeribitBackoffState.CircuitOpen;
            return Longest(least, Part(options.CircuitOpenFor, 0.75 + (random() / 2)));
        }

        State = DeribitBackoffState.BackingOff;
        var bound = Math.Min(
            options.BackoffBase.Ticks * Math.Pow(2, Math.Min(Failures - 1, LargestExponent)), options.BackoffCap.Ticks);
        var full = Part(TimeSpan.FromTicks((long)bound), random());
        return least > TimeSpan.Zero ? least + full : full;
    }

    /// <summary>An attempt begins: behind an open circuit it is the one probe.</summary>
    public void BeginAttempt()
    {
        if (State == DeribitBackoffState.CircuitOpen)
        {
            State = DeribitBackoffState.HalfOpen;
        }
    }

    /// <summary>The connection has held long enough: earlier failures are forgotten.</summary>
    public void MarkStable()
    {
        Failures = 0;
        State = DeribitBackoffState.Stable;
    }

    private static TimeSpan Part(TimeSpan time, double part) => TimeSpan.FromTicks((long)(time.Ticks * part));

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
