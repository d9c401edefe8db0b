namespace MarketData.ServiceDefaults;

/// <summary>
/// Reads the whole configuration once, at start. Comes in: the inputs and the schema. Goes out: a <see cref="LoadedConfiguration"/>: one
/// value for each known key with the place it came from, and every fault met while reading. Owns nothing; runs on the caller's thread.
/// The steps, each of which replaces what an earlier one said:
/// (1) the schema's defaults; (2) config/default.toml; (3) config/{environment}.toml; (4) .env; (5) environment variables;
/// (6) the command line; (7) what the host itself has decided. A list is replaced as a whole, never merged item by item.
/// </summary>
internal sealed class ConfigurationChain(ConfigurationInputs inputs, ConfigurationSchema schema)
{
    /// <summary>The origin of a value that no source sets.</summary>
    public const string DefaultOrigin = "built-in default";

    // .NET's own keys share our section [logging]; they may come from the environment (Aspire sets some).
    private static readonly string[] _foreignLoggingKeys = ["loglevel", "console", "debug", "eventlog", "eventsource"];
    private static readonly string[] _commonEnvironments = ["development", "staging", "production"];

    private readonly Dictionary<string, Setting> _known = [];
    private readonly Dictionary<string, string> _other = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ConfigurationFault> _faults = [];

    /// <summary>Reads everything.</summary>
    public LoadedConfiguration Load()
    {
        var commandLine = CommandLineSettings.Read(inputs.Arguments, _faults);
        var directory = ConfigurationDirectory.Find(inputs, commandLine, _faults);

        Apply(schema.Keys.Select(Default));                                                         // (1)
        if (directory is not null)
        {
            ApplyFile(Path.Combine(directory, "default.toml"));                                     // (2)
            ApplyEnvironmentFile(directory);                                                        // (3)
        }

        if (ConfigurationDirectory.FindDotEnv(inputs, directory) is { } dotEnv)                     // (4)
        {
            var variables = Read(dotEnv) is { } text ? DotEnvFile.Read(text, Display(dotEnv), _faults) : [];
            FindMisspeltVariables(variables);
            Apply(EnvironmentSettings.Map(variables));
        }

        Apply(EnvironmentSettings.Map(EnvironmentSettings.FromProcess(inputs.EnvironmentVariables)));   // (5)
        Apply(commandLine, unknownIsFault: true);                                                   // (6)
        Apply(inputs.Overrides.Select(pair => new Setting(pair.Key, pair.Value, "the host's options")), unknownIsFault: true);  // (7)
        return new(schema, directory, _known, _other, _faults);
    }

    private static Setting Default(ConfigurationKey key) => key.Kind == ConfigurationKind.List
        ? new(key.Name, "", DefaultOrigin, Items: Split(key.Default))
        : new(key.Name, key.Default, DefaultOrigin);

    private void ApplyEnvironmentFile(string directory)
    {
        var name = inputs.EnvironmentName.ToLowerInvariant();
        var path = Path.Combine(directory, name + ".toml");
        if (File.Exists(path))
            ApplyFile(path);
        else if (!_commonEnvironments.Contains(name))
            _faults.Add(new(
                "environment name", "", $"The environment is '{inputs.EnvironmentName}', but there is no file {Display(path)}."));
    }

    private void ApplyFile(string path)
    {
        if (Read(path) is { } text) Apply(TomlSettings.Read(text, Display(path), _faults), unknownIsFault: true);
    }

    private void Apply(IEnumerable<Setting> layer, bool unknownIsFault = false)
    {
        var indexed = new Dictionary<string, SortedDictionary<int, Setting>>();
        foreach (var setting in layer)
        {
            var key = setting.InFile ? schema.Find(setting.Name) : schema.FindLoosely(setting.Name);
            if (key is not null)
                _known[key.Name] = key.Kind == ConfigurationKind.List ? AsList(setting) : setting;
            else if (!setting.InFile && ListItem(setting.Name) is (var list, var index))
                (indexed.TryGetValue(list, out var items) ? items : indexed[list] = [])[index] = setting;
            else
                ApplyUnknown(setting, unknownIsFault);
        }

        foreach (var (name, items) in indexed)
            _known[name] = new(name, "", items.First().Value.Origin, Items: [.. items.Values.Select(item => item.Text.Trim())]);
    }

    private void ApplyUnknown(Setting setting, bool unknownIsFault)
    {
        var foreign = !setting.InFile
            && (IsForeignLogging(setting.Name) || (unknownIsFault && CommandLineSettings.IsHostOption(setting.Name)));
        var ours = setting.Name.Contains(':', StringComparison.Ordinal) && schema.IsOurSection(setting.Name);
        if (!foreign && (unknownIsFault || ours))
            _faults.Add(new(setting.Origin, setting.Name.Replace(':', '.'), "is not a known key." + Suggest(schema.Near(setting.Name))));
        else
            _other[setting.Name] = setting.Text;
    }

    // DERIBIT_SECRT in our own file is a slip of the pen; in the process's environment it may be somebody else's variable.
    private void FindMisspeltVariables(IEnumerable<Setting> variables)
    {
        foreach (var variable in variables.Where(item => !EnvironmentSettings.PlainNames.ContainsKey(item.Name)))
        {
            var upper = variable.Name.ToUpperInvariant();
            var near = EnvironmentSettings.PlainNames.Keys.Where(name => NearMatch.Distance(name, upper) <= 2).ToList();
            if (near.Count > 0) _faults.Add(new(variable.Origin, variable.Name, "is not a known variable." + Suggest(near)));
        }
    }

    private (string List, int Index)? ListItem(string name)
    {
        var colon = name.LastIndexOf(':');
        return colon > 0 && int.TryParse(name.AsSpan(colon + 1), out var index)
            && schema.FindLoosely(name[..colon]) is { Kind: ConfigurationKind.List } key
            ? (key.Name, index)
            : null;
    }

    private static bool IsForeignLogging(string name) =>
        name.Split(':') is [var section, var second, ..] && section.Equals("logging", StringComparison.OrdinalIgnoreCase)
        && _foreignLoggingKeys.Contains(second.ToLowerInvariant());

    private static Setting AsList(Setting setting) =>
        setting.Items is null && setting.Shape is SettingShape.Untyped or SettingShape.Text
            ? setting with { Items = Split(setting.Text) }
            : setting;

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Suggest(IReadOnlyList<string> near) => near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near)}?";

    private string Display(string path) => ConfigurationDirectory.Display(path, inputs);

    private string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _faults.Add(new(Display(path), "", "The file cannot be read: " + error.Message));
            return null;
        }
    }
}
