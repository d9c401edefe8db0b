namespace MarketData.ServiceDefaults;

/// <summary>The configuration cannot be used. Lists every fault found, each with its key and where the value came from.</summary>
public sealed class ConfigurationFaultsException : Exception
{
    /// <summary>Creates the exception from all faults found.</summary>
    /// <param name="faults">The faults; at least one.</param>
    public ConfigurationFaultsException(IReadOnlyList<ConfigurationFault> faults)
        : base($"The configuration has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}:"
            + string.Concat(faults.Select(fault => Environment.NewLine + "  - " + fault))) => Faults = faults;

    /// <summary>Every fault found.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; }
}
