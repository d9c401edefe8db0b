using System.Collections;

namespace MarketData.ServiceDefaults;

/// <summary>What the configuration is read from. Immutable; a test sets each part, a process takes <see cref="FromProcess"/>.</summary>
public sealed record ConfigurationInputs
{
    /// <summary>Names the second file, <c>config/{environment}.toml</c>, in lower case. Default <c>Production</c>.</summary>
    public string EnvironmentName { get; init; } = "Production";

    /// <summary>The command line: <c>--key=value</c> or <c>--key value</c>. <c>--config DIR</c> names the directory.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The environment variables. <c>MARKETDATA_CONFIG</c> names the directory when the command line does not.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentVariables { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the search for <c>config</c> starts and goes upwards, and where <c>.env</c> is looked for first.</summary>
    public string CurrentDirectory { get; init; } = ".";

    /// <summary>Where the executable is: the last place where <c>config</c> is looked for.</summary>
    public string BaseDirectory { get; init; } = AppContext.BaseDirectory;

    /// <summary>
    /// Values that win over everything else, by full name (<c>health:port</c>): what a host has decided itself, for example from its
    /// own command-line options or because it runs the server in its own process.
    /// </summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();

    /// <summary>The inputs of this process.</summary>
    /// <param name="environmentName">The host's environment name.</param>
    /// <param name="arguments">The command line; empty when the host parses it itself and passes <see cref="Overrides"/>.</param>
    public static ConfigurationInputs FromProcess(string environmentName, IReadOnlyList<string> arguments) => new()
    {
        EnvironmentName = environmentName,
        Arguments = arguments,
        CurrentDirectory = Directory.GetCurrentDirectory(),
        EnvironmentVariables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
    };
}
