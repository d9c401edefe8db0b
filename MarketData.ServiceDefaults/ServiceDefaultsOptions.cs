namespace MarketData.ServiceDefaults;

/// <summary>How one service differs from the others. Set in <c>Program.cs</c>; not the operator's business.</summary>
public sealed class ServiceDefaultsOptions
{
    /// <summary>The command line; empty when the program parses it itself and sets <see cref="Overrides"/>. Default empty.</summary>
    public IReadOnlyList<string> Arguments { get; set; } = [];

    /// <summary>Values that win over every other source, by full name (<c>health:port</c>). Default none.</summary>
    public IDictionary<string, string> Overrides { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Full names of keys that must not be empty for this service. Default none.</summary>
    public IList<string> RequiredKeys { get; } = [];

    /// <summary>The known keys; a service with keys of its own adds them here. Default: those that every service knows.</summary>
    public ConfigurationSchema Schema { get; } = ConfigurationSchema.CreateStandard();

    /// <summary>Checks that need more than one key; each returned fault is reported with all others. Default none.</summary>
    public IList<Func<LoadedConfiguration, IEnumerable<ConfigurationFault>>> Checks { get; } = [];

    /// <summary>Whether the log goes to standard error, for a program whose standard output is its result. Default false.</summary>
    public bool LogToStandardError { get; set; }

    /// <summary>What to read instead of this process's own files and variables; for tests. Default null.</summary>
    public ConfigurationInputs? Inputs { get; set; }
}
