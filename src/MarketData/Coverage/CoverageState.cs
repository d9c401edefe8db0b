namespace MarketData.Coverage;

/// <summary>What is known of an interval of one stream.</summary>
public enum CoverageState
{
    /// <summary>Proven: every event of the interval was published, live or repaired.</summary>
    Complete,

    /// <summary>Something of the interval is missing, or nobody collected it.</summary>
    Incomplete,

    /// <summary>Before the ledger begins or after its last word: nothing is known to be missing, and nothing is proven.</summary>
    Unknown,
}
