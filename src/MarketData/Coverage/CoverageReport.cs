namespace MarketData.Coverage;

/// <summary>What is known of an instrument's streams within an interval.</summary>
/// <param name="Key">The instrument's key, <c>deribit.BTC-PERPETUAL</c>.</param>
/// <param name="FromUnixMs">The interval's first moment, in milliseconds since the Unix epoch.</param>
/// <param name="ToUnixMs">The interval's end (exclusive).</param>
/// <param name="Channels">One answer per channel that was asked about.</param>
public sealed record CoverageReport(string Key, long FromUnixMs, long ToUnixMs, IReadOnlyList<ChannelCoverage> Channels)
{
    /// <summary>Complete only when every channel is; incomplete when any is.</summary>
    public CoverageState State => Worst(Channels.Select(channel => channel.State));

    internal static CoverageState Worst(IEnumerable<CoverageState> states)
    {
        var worst = CoverageState.Complete;
        foreach (var state in states)
        {
            if (state == CoverageState.Incomplete) return state;
            if (state == CoverageState.Unknown) worst = state;
        }

        return worst;
    }
}
