namespace MarketData.ServiceDefaults;

/// <summary>Finds the directory of the TOML files and the <c>.env</c> file.</summary>
internal static class ConfigurationDirectory
{
    private const string DirectoryName = "config";
    private const string Variable = "MARKETDATA_CONFIG";

    /// <summary>
    /// The directory named by <c>--config</c>, else by <c>MARKETDATA_CONFIG</c>, else <c>config</c> in the current directory or one above
    /// it, else <c>config</c> beside the executable, else null. A named directory that is not there is a fault.
    /// </summary>
    public static string? Find(ConfigurationInputs inputs, IReadOnlyList<Setting> commandLine, List<ConfigurationFault> faults)
    {
        var named = commandLine.LastOrDefault(setting =>
            setting.Name.Equals(CommandLineSettings.ConfigOption, StringComparison.OrdinalIgnoreCase));
        if (named is null && inputs.EnvironmentVariables.TryGetValue(Variable, out var value) && value.Length > 0)
            named = new(Variable, value, "environment variable " + Variable);
        if (named is not null)
        {
            var path = Path.GetFullPath(named.Text, Path.GetFullPath(inputs.CurrentDirectory));
            if (HasDefault(path)) return path;
            faults.Add(new(named.Origin, "", $"The directory '{path}' has no file default.toml. Name the directory that holds it."));
            return null;
        }

        for (var at = new DirectoryInfo(Path.GetFullPath(inputs.CurrentDirectory)); at is not null; at = at.Parent)
        {
            if (Path.Combine(at.FullName, DirectoryName) is var candidate && HasDefault(candidate)) return candidate;
        }

        var beside = Path.Combine(inputs.BaseDirectory, DirectoryName);
        return HasDefault(beside) ? beside : null;
    }

    /// <summary>The <c>.env</c> file in the current directory, else beside the configuration directory, else null.</summary>
    public static string? FindDotEnv(ConfigurationInputs inputs, string? directory)
    {
        var here = Path.Combine(Path.GetFullPath(inputs.CurrentDirectory), ".env");
        if (File.Exists(here)) return here;
        var beside = directory is null ? null : Path.Combine(Path.GetDirectoryName(directory)!, ".env");
        return File.Exists(beside) ? beside : null;
    }

    /// <summary>The path as people write it: relative when it lies below the current directory.</summary>
    public static string Display(string path, ConfigurationInputs inputs)
    {
        var relative = Path.GetRelativePath(inputs.CurrentDirectory, path);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? path : relative).Replace('\\', '/');
    }

    private static bool HasDefault(string path) => File.Exists(Path.Combine(path, "default.toml"));
}
