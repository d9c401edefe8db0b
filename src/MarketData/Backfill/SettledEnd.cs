namespace MarketData.Backfill;

/// <summary>Up to when the exchange's past no longer changes. Owns: nothing; any thread.</summary>
internal static class SettledEnd
{
    // What the exchange says of the last seconds may still change: its parts lag behind each other by one or two.
    private const long AfterMs = 10_000;

    /// <summary>The end of an interval, or the moment up to which the past is settled when that is earlier; both exclusive.</summary>
    /// <param name="untilUnixMs">The end that is asked for.</param>
    /// <param name="nowUnixMs">The exchange's clock.</param>
    public static long Of(long untilUnixMs, long nowUnixMs) => Math.Min(untilUnixMs, nowUnixMs - AfterMs);
}
