namespace MarketData.ServiceDefaults;

/// <summary>
/// The keys that may appear in the configuration. Comes in: the keys that a service knows. Goes out: lookups by name and near matches for
/// a name that is not known. Filled at start by one thread; only read afterwards.
/// </summary>
public sealed partial class ConfigurationSchema
{
    private readonly Dictionary<string, ConfigurationKey> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigurationKey> _squeezed = new(StringComparer.Ordinal);

    /// <summary>Every known key, in the order of registration.</summary>
    public IReadOnlyCollection<ConfigurationKey> Keys => _keys.Values;

    /// <summary>Registers one more key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>This schema.</returns>
    /// <exception cref="ArgumentException">A key of that name is registered already.</exception>
    public ConfigurationSchema Add(ConfigurationKey key)
    {
        if (!_squeezed.TryAdd(Squeeze(key.Name), key))
            throw new ArgumentException($"The configuration key '{key.Name}' is registered twice. Register each key once.", nameof(key));
        _keys.Add(key.Name, key);
        return this;
    }

    /// <summary>Finds a key by its exact name.</summary>
    /// <param name="name">The name, parts joined by colons.</param>
    public ConfigurationKey? Find(string name) => _keys.GetValueOrDefault(name);

    /// <summary>Finds a key by any spelling an environment variable allows: case and underscores do not count.</summary>
    /// <param name="name">The name, parts joined by colons.</param>
    public ConfigurationKey? FindLoosely(string name) => _squeezed.GetValueOrDefault(Squeeze(name));

    /// <summary>Whether the first part of the name is a section of ours.</summary>
    internal bool IsOurSection(string name) => _keys.Values.Any(key => Squeeze(key.Section) == Squeeze(name.Split(':')[0]));

    /// <summary>Up to three known keys that the unknown name may have meant, as written in TOML.</summary>
    internal IReadOnlyList<string> Near(string name) =>
        NearMatch.Find(name.Replace(':', '.'), _keys.Values.Select(key => key.DottedName));

    /// <summary>The name without case and underscores: .NET's binder matches <c>bootstrapservers</c> to <c>BootstrapServers</c>.</summary>
    internal static string Squeeze(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
}
