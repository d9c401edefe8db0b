namespace Deribit.Simulator.Rpc;

/// <summary>An interval of a time series; both ends are included.</summary>
/// <param name="StartUnixMs">First time.</param>
/// <param name="EndUnixMs">Last time.</param>
/// <param name="StepMs">From one row to the next.</param>
internal sealed record SeriesQuery(long StartUnixMs, long EndUnixMs, long StepMs)
{
    /// <summary>The times of the rows from one time on, counted from the epoch, up to the end or to now.</summary>
    public IEnumerable<long> Times(long firstUnixMs, long nowUnixMs)
    {
        var from = (Math.Max(StartUnixMs, firstUnixMs) + StepMs - 1) / StepMs * StepMs;
        for (var time = from; time <= Math.Min(EndUnixMs, nowUnixMs); time += StepMs)
        {
            yield return time;
        }
    }
}
