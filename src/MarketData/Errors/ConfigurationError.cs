namespace MarketData;

/// <summary>The configuration cannot be used. Lists every fault at once.</summary>
public sealed class ConfigurationError : MarketDataError
{
    /// <summary>Creates the error from all faults found.</summary>
    /// <param name="faults">One full sentence per fault, naming the key, the value and what to do.</param>
    public ConfigurationError(IReadOnlyList<string> faults)
        : base("The configuration cannot be used:" + string.Concat(faults.Select(fault => Environment.NewLine + "  - " + fault))) => Faults = faults;

    /// <summary>Every fault, one sentence each.</summary>
    public IReadOnlyList<string> Faults { get; }
}
