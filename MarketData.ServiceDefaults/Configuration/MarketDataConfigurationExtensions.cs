using Microsoft.Extensions.Configuration;

namespace MarketData.ServiceDefaults;

/// <summary>Adds the configuration chain to .NET's configuration.</summary>
public static class MarketDataConfigurationExtensions
{
    /// <summary>
    /// Reads the configuration (default.toml, {environment}.toml, .env, environment variables, command line; the last wins) and adds it on
    /// top of what the builder has. Throws nothing for a faulty configuration: ask the result with
    /// <see cref="LoadedConfiguration.ThrowIfFaulty"/>, so that every fault is reported at once.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="inputs">What to read from.</param>
    /// <param name="schema">The known keys; null: those that every service knows.</param>
    /// <returns>The configuration as read, with origins and faults.</returns>
    public static LoadedConfiguration AddMarketDataConfiguration(
        this IConfigurationBuilder builder, ConfigurationInputs inputs, ConfigurationSchema? schema = null)
    {
        var loaded = new ConfigurationChain(inputs, schema ?? ConfigurationSchema.CreateStandard()).Load();
        builder.Add(new MarketDataConfigurationSource(loaded));
        return loaded;
    }

    /// <summary>
    /// Binds a section to a new options object. The property <c>BootstrapServers</c> takes the key <c>bootstrap_servers</c>; a
    /// <see cref="TimeSpan"/> takes a key in seconds, with or without the ending <c>_seconds</c>.
    /// </summary>
    /// <typeparam name="T">The options class.</typeparam>
    /// <param name="configuration">The configuration.</param>
    /// <param name="section">The section, <c>kafka</c> or <c>exchanges:deribit</c>.</param>
    public static T GetSettings<T>(this IConfiguration configuration, string section) where T : new()
    {
        var settings = new T();
        configuration.GetSection(section).Bind(settings);
        return settings;
    }
}
