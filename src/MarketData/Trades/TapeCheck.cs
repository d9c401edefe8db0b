namespace MarketData.Trades;

/// <summary>What a tape still has to ask the exchange about its newest trades.</summary>
internal enum TapeCheck
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>What came behind the last trade known, which the answer repeats.</summary>
    Behind,

    /// <summary>The newest trade: where the tape begins, or how far it has to go.</summary>
    Newest,
}
