namespace MarketData.Trades;

/// <summary>How much of the past a trade tape remembers.</summary>
public sealed record TradeTapeOptions
{
    /// <summary>
    /// Contiguous ranges of seen sequence numbers kept per instrument, at least 2; default 1,024. Beyond it the oldest hole is given up,
    /// with an event.
    /// </summary>
    public int MaxRanges { get; init; } = 1024;

    /// <summary>
    /// Latest trades whose ids are remembered per instrument, at least 1; default 1,024 (taken up to the next power of two).
    /// </summary>
    public int RecentTrades { get; init; } = 1024;

    /// <summary>
    /// A jump over more trades than this is not taken for a hole to repair but for another sequence; default 1,000,000, which is weeks of
    /// the busiest instruments.
    /// </summary>
    public long MaxGap { get; init; } = 1_000_000;
}
