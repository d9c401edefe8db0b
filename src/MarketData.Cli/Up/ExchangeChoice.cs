namespace MarketData.Cli.Up;

/// <summary>Which exchange <c>up</c> collects from.</summary>
internal enum ExchangeChoice
{
    /// <summary>A generated market, in this process.</summary>
    Simulated,

    /// <summary>What was recorded.</summary>
    Replay,

    /// <summary>The real exchange.</summary>
    Live,

    /// <summary>The exchange's test network.</summary>
    Testnet,
}
