using Microsoft.Extensions.Configuration;

namespace MarketData.ServiceDefaults.Tests.Configuration;

public sealed class DefaultTomlTests
{
    private static readonly string _root = RepositoryRoot.Path;

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public void Shipped_configuration_has_no_fault(string environment)
    {
        var loaded = Load(environment);
        Assert.Equal(Path.Combine(_root, "config"), loaded.Directory);
        Assert.Empty(loaded.FindFaults());
    }

    [Fact]
    public void Default_toml_sets_every_key_but_the_secrets_to_its_built_in_default()
    {
        var loaded = Load("Production");
        foreach (var key in loaded.Schema.Keys.Where(key => !key.Secret))
        {
            Assert.StartsWith("config/default.toml:", loaded.OriginOf(key.Name), StringComparison.Ordinal);
            Assert.Equal(key.Default, loaded[key.Name]);
        }
    }

    [Fact]
    public void Default_toml_mentions_every_secret_and_every_plain_variable()
    {
        var text = File.ReadAllText(Path.Combine(_root, "config/default.toml"));
        Assert.All(EnvironmentSettings.PlainNames.Keys, name => Assert.Contains(name, text, StringComparison.Ordinal));
        Assert.Contains("CLICKHOUSE__PASSWORD", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Dotenv_example_is_a_valid_dotenv_file()
    {
        var faults = new List<ConfigurationFault>();
        var text = File.ReadAllText(Path.Combine(_root, ".env.example")).Replace("\n#", "\n", StringComparison.Ordinal);
        var names = DotEnvFile.Read(text, ".env", faults).Select(setting => setting.Name).ToList();
        Assert.All(EnvironmentSettings.PlainNames.Keys, name => Assert.Contains(name, names));
    }

    private static LoadedConfiguration Load(string environment) =>
        new ConfigurationManager().AddMarketDataConfiguration(new() { CurrentDirectory = _root, EnvironmentName = environment });
}
