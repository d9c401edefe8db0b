namespace MarketData.History;

/// <summary>
/// Where to look for what is near a time: in windows that grow from a day by the factor eight, each of days of its own. Mostly the first has it,
/// and a year takes four. In nanoseconds since the Unix epoch, both ends included.
/// </summary>
public static class HistoryWindows
{
    private const long FirstNs = 86_400_000_000_000;
    private const int Growth = 8;

    /// <summary>From a time back to the epoch.</summary>
    /// <param name="untilNs">The last nanosecond of the first window.</param>
    public static IEnumerable<(long FromNs, long UntilNs)> Back(long untilNs)
    {
        for (var (until, window) = (untilNs, FirstNs); until >= 0; window *= Growth)
        {
            var from = Math.Max(0, until - window + 1);
            yield return (from, until);
            until = from - 1;
        }
    }

    /// <summary>From a time to a day after now: a clock may be ahead of ours.</summary>
    /// <param name="fromNs">The first nanosecond of the first window.</param>
    /// <param name="now">Now.</param>
    public static IEnumerable<(long FromNs, long UntilNs)> Ahead(long fromNs, DateTimeOffset now)
    {
        var end = (now.ToUnixTimeMilliseconds() * 1_000_000) + FirstNs;
        for (var (from, window) = (fromNs, FirstNs); from <= end; window *= Growth)
        {
            var until = Math.Min(end, from + window - 1);
            yield return (from, until);
            from = until + 1;
        }
    }
}
