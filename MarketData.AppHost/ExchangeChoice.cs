namespace Aspire.Hosting;

/// <summary>Where the collectors' data comes from.</summary>
public enum ExchangeChoice
{
    /// <summary>The exchange itself.</summary>
    Live,

    /// <summary>The exchange's test network.</summary>
    Testnet,

    /// <summary>A generated market, in a process of this model.</summary>
    Simulated,
}
