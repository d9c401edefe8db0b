using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace MarketData.ServiceDefaults.Tests;

/// <summary>A directory of its own with a config folder, and nothing from this machine's environment.</summary>
internal sealed class TestConfiguration : IDisposable
{
    public TestConfiguration(string defaultToml = "")
    {
        Root = Directory.CreateTempSubdirectory("marketdata-test-").FullName;
        Write("config/default.toml", defaultToml);
    }

    public string Root { get; }

    public Dictionary<string, string> Variables { get; } = [];

    public Dictionary<string, string> Overrides { get; } = [];

    public string EnvironmentName { get; set; } = "Production";

    public List<string> Arguments { get; } = [];

    public ConfigurationInputs Inputs => new()
    {
        EnvironmentName = EnvironmentName,
        Arguments = Arguments,
        EnvironmentVariables = Variables,
        CurrentDirectory = Root,
        BaseDirectory = Path.Combine(Root, "bin"),
        Overrides = Overrides,
    };

    public TestConfiguration Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    public LoadedConfiguration Load(ConfigurationSchema? schema = null) => new ConfigurationManager().AddMarketDataConfiguration(Inputs, schema);

    public IConfiguration Build()
    {
        var manager = new ConfigurationManager();
        manager.AddMarketDataConfiguration(Inputs).ThrowIfFaulty();
        return manager;
    }

    /// <summary>All faults as lines, with the temporary directory left out.</summary>
    public IReadOnlyList<string> Faults(params string[] required) =>
        [.. Load().FindFaults(required).Select(fault => fault.ToString().Replace(Root, "", false, CultureInfo.InvariantCulture))];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
