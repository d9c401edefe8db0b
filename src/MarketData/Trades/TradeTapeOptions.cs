namespace MarketData.Trades;

/// <summary>How much of the past a trade tape remembers, and how it repairs holes.</summary>
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

    /// <summary>
    /// How long trades behind a hole wait for it to close, so that the instrument's trades come out in sequence; default 5 s. Then they
    /// are published, and what the hole still gets comes out of order. Zero: nothing waits.
    /// </summary>
    public TimeSpan HoldFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Trades of all tapes together that may wait; default 100,000. Beyond it the tape with the most of them waits no longer.
    /// </summary>
    public int MaxWaiting { get; init; } = 100_000;

    /// <summary>Whether the exchange has an archive to ask for what its main host no longer serves; default no.</summary>
    public bool HasArchive { get; init; }

    /// <summary>
    /// Attempts in a row that every host answered without bringing one missing trade, at least 1; default 5. After these the rest of the
    /// hole is given up. What is provably older than the oldest trade kept is given up at once.
    /// </summary>
    public int FruitlessAttempts { get; init; } = 5;

    /// <summary>Failed calls after which the rest of a hole is given up, at least 1; default 40, which is ten minutes.</summary>
    public int MaxFailures { get; init; } = 40;

    /// <summary>The wait after the first attempt that brought nothing; default 0.5 s. It doubles with each one after.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait between two attempts; default 15 s.</summary>
    public TimeSpan RetryAtMost { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// For how long the exchange certainly keeps every trade: that it has none proves that nothing was missed in an interval that is
    /// younger. Zero, the default: nobody knows.
    /// </summary>
    public TimeSpan KeptFor { get; init; }
}
