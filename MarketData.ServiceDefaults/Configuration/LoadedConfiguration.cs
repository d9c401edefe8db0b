namespace MarketData.ServiceDefaults;

/// <summary>
/// The configuration as read: one value for each known key, and where it came from. Comes in: what <c>ConfigurationChain</c> read. Goes
/// out: values, origins and faults. Immutable; safe from any thread.
/// </summary>
public sealed class LoadedConfiguration
{
    private readonly IReadOnlyDictionary<string, Setting> _known;
    private readonly IReadOnlyList<ConfigurationFault> _readingFaults;

    internal LoadedConfiguration(
        ConfigurationSchema schema,
        string? directory,
        IReadOnlyDictionary<string, Setting> known,
        IReadOnlyDictionary<string, string> other,
        IReadOnlyList<ConfigurationFault> readingFaults)
    {
        (Schema, Directory, _known, Other, _readingFaults) = (schema, directory, known, other, readingFaults);
        Redactor = new(SecretRedactor.Collect(schema, known, other));
    }

    /// <summary>The directory of the TOML files; null when there was none and the built-in defaults hold.</summary>
    public string? Directory { get; }

    /// <summary>The known keys.</summary>
    public ConfigurationSchema Schema { get; }

    /// <summary>Replaces the secrets of this configuration in any text.</summary>
    public SecretRedactor Redactor { get; }

    /// <summary>What the environment and the command line hold beside our own keys.</summary>
    internal IReadOnlyDictionary<string, string> Other { get; }

    /// <summary>Where a key's value came from, for people: <c>config/default.toml:12</c>, <c>environment variable REDIS_URL</c>.</summary>
    /// <param name="key">The full name, <c>redis:url</c>.</param>
    public string OriginOf(string key) => _known.TryGetValue(key, out var setting) ? setting.Origin : "not set";

    /// <summary>The value as text; a list's items are joined by commas.</summary>
    /// <param name="key">The full name, <c>redis:url</c>.</param>
    /// <exception cref="KeyNotFoundException">The schema does not know the key.</exception>
    public string this[string key] => _known[key] is var setting && setting.Items is { } items ? string.Join(',', items) : setting.Text;

    /// <summary>A fault of a key's value, with the place it came from; for checks that need more than the schema.</summary>
    /// <param name="key">The full name, <c>redis:url</c>.</param>
    /// <param name="message">What is wrong and what to do; secrets in it are replaced.</param>
    public ConfigurationFault FaultOf(string key, string message)
    {
        var origin = OriginOf(key);
        return new(origin == ConfigurationChain.DefaultOrigin ? "not set" : origin, key.Replace(':', '.'), Redactor.Redact(message));
    }

    /// <summary>Every fault: of reading, of each value, of values that do not go together, and of required keys that are empty.</summary>
    /// <param name="requiredKeys">Full names of keys that this service cannot do without.</param>
    public IReadOnlyList<ConfigurationFault> FindFaults(params IEnumerable<string> requiredKeys) =>
        [.. _readingFaults, .. ConfigurationValidator.Check(this, requiredKeys)];

    /// <summary>Throws when there is any fault, listing all of them.</summary>
    /// <param name="requiredKeys">Full names of keys that this service cannot do without.</param>
    /// <exception cref="ConfigurationFaultsException">There is at least one fault.</exception>
    public void ThrowIfFaulty(params IEnumerable<string> requiredKeys)
    {
        if (FindFaults(requiredKeys) is { Count: > 0 } faults) throw new ConfigurationFaultsException(faults);
    }

    internal Setting SettingOf(string key) => _known[key];
}
