namespace MarketData.ServiceDefaults;

/// <summary>
/// Reads the command line: <c>--key=value</c> or <c>--key value</c>; parts of the key are joined by <c>.</c> or <c>:</c>.
/// <code>--kafka.bootstrap_servers=localhost:9092 --config ./config</code>
/// </summary>
internal static class CommandLineSettings
{
    /// <summary>The option that names the configuration directory.</summary>
    public const string ConfigOption = "config";

    // What .NET's own host reads from the same command line.
    private static readonly HashSet<string> _hostOptions =
        new(StringComparer.OrdinalIgnoreCase) { ConfigOption, "environment", "contentRoot", "applicationName", "urls" };

    /// <summary>Whether the option belongs to the host and not to the configuration.</summary>
    public static bool IsHostOption(string name) => _hostOptions.Contains(name);

    /// <summary>Reads the arguments; one that is not an option with a value is a fault.</summary>
    public static IReadOnlyList<Setting> Read(IReadOnlyList<string> arguments, List<ConfigurationFault> faults)
    {
        var settings = new List<Setting>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || arguments[i].Length == 2)
            {
                faults.Add(new("command line", "", $"The argument '{Shorten(arguments[i])}' is not understood. Write --key=value."));
                continue;
            }

            var option = arguments[i][2..].Split('=', 2);
            var origin = "command line --" + option[0];
            if (option.Length == 1 && (i + 1 >= arguments.Count || arguments[i + 1].StartsWith("--", StringComparison.Ordinal)))
                faults.Add(new(origin, "", "The option has no value. Write --key=value."));
            else
                settings.Add(new(option[0].Replace('.', ':'), option.Length == 2 ? option[1] : arguments[++i], origin));
        }

        return settings;
    }

    // A stray argument may be a secret that lost its option: show only enough to find it.
    private static string Shorten(string argument) => argument.Length <= 4 ? argument : argument[..4] + "...";
}
