using System.Globalization;

namespace MarketData.ServiceDefaults;

/// <summary>Checks every value against its key, and the values that must go together. Collects every fault, stops at none.</summary>
internal static class ConfigurationValidator
{
    private const int LongestTopicName = 249;   // Apache Kafka's own limit

    /// <summary>All faults of the values.</summary>
    public static IEnumerable<ConfigurationFault> Check(LoadedConfiguration loaded, IEnumerable<string> requiredKeys)
    {
        var required = requiredKeys.ToHashSet(StringComparer.Ordinal);
        foreach (var key in loaded.Schema.Keys)
        {
            var setting = loaded.SettingOf(key.Name);
            if (Problem(key, setting) is { } problem)
                yield return loaded.FaultOf(key.Name, problem);
            else if (required.Contains(key.Name) && setting.Items is null && setting.Text.Length == 0)
                yield return loaded.FaultOf(key.Name, $"is empty, but this service needs it. {key.Description} Set {Outside(key)}.");
        }

        foreach (var fault in CheckTogether(loaded)) yield return fault;
    }

    private static string? Problem(ConfigurationKey key, Setting setting)
    {
        if (setting.InFile && key.Secret && setting.Text.Length > 0)
            return $"is a secret and must not stand in a file that is shared. Remove it there and set {Outside(key)}.";
        if (setting.InFile && key.Name == "redis:url" && SecretRedactor.PasswordOf(setting.Text) is not null)
            return "holds a password and must not stand in a file that is shared. Set REDIS_URL in the environment or in .env.";
        if (setting.InFile && !ShapeFits(key.Kind, setting.Shape))
            return $"is written as {Words(setting.Shape)}, but {Wanted(key)} is wanted.";
        if (key.Kind == ConfigurationKind.List) return ListProblem(setting.Items ?? []);
        if (setting.Text.Length == 0) return key.MayBeEmpty ? null : $"is empty, but {Wanted(key)} is wanted.";
        return key.Kind switch
        {
            ConfigurationKind.WholeNumber => NumberProblem(key, setting.Text, NumberStyles.AllowLeadingSign),
            ConfigurationKind.Seconds => NumberProblem(key, setting.Text, NumberStyles.Float),
            ConfigurationKind.Flag => setting.Text is "true" or "false" ? null : $"is '{setting.Text}', but {Wanted(key)} is wanted.",
            ConfigurationKind.Url => UrlProblem(key, setting.Text),
            _ => TextProblem(key, setting.Text),
        };
    }

    private static string? NumberProblem(ConfigurationKey key, string text, NumberStyles styles)
    {
        if (!double.TryParse(text, styles, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            return $"is '{text}', but {Wanted(key)} is wanted" + (key.Kind == ConfigurationKind.Seconds ? ", without a unit." : ".");
        if (number >= key.Minimum && number <= key.Maximum) return null;
        var hint = key.Kind == ConfigurationKind.Seconds && number > key.Maximum ? " Is it in milliseconds? It has to be in seconds." : "";
        return $"is {text}, but {Wanted(key)} is wanted.{hint}";
    }

    private static string? UrlProblem(ConfigurationKey key, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && key.Choices.Contains(url.Scheme) && url.Host.Length > 0
            ? null
            : $"is '{text}', but {Wanted(key)} is wanted.";

    private static string? TextProblem(ConfigurationKey key, string text)
    {
        if (key.Name.StartsWith("kafka:topics:", StringComparison.Ordinal)
            && (text.Length > LongestTopicName || text is "." or ".."
                || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
            return $"is '{text}', but a topic name has 1 to {LongestTopicName} letters, digits, '.', '_' and '-'.";
        if (key.Name == "clickhouse:database" && (char.IsAsciiDigit(text[0]) || !text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
            return $"is '{text}', but a database's name has letters, digits and underscores, and no digit in front.";
        if (key.Name == "health:address" && text is not ("*" or "localhost") && !System.Net.IPAddress.TryParse(text, out _))
            return $"is '{text}', but *, localhost or an IP address is wanted.";
        return key.Choices.Count == 0 || key.Choices.Contains(text) ? null : $"is '{text}', but {Wanted(key)} is wanted.";
    }

    private static string? ListProblem(IReadOnlyList<string> items)
    {
        if (items.Any(string.IsNullOrWhiteSpace)) return "has an empty item. Take it out, or leave the whole list empty.";
        var repeated = items.CountBy(item => item, StringComparer.Ordinal).Where(pair => pair.Value > 1).Select(pair => pair.Key).ToList();
        return repeated.Count == 0 ? null : $"names {string.Join(", ", repeated)} more than once. Name each once.";
    }

    private static IEnumerable<ConfigurationFault> CheckTogether(LoadedConfiguration loaded)
    {
        var names = loaded.Schema.Keys.Select(key => key.Name).ToList();
        var topics = names.Where(name => name.StartsWith("kafka:topics:", StringComparison.Ordinal));
        foreach (var shared in topics.GroupBy(name => loaded[name], StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            var others = string.Join(", ", shared.SkipLast(1).Select(name => name.Replace(':', '.')));
            yield return loaded.FaultOf(shared.Last(), $"is '{shared.Key}', which is also the topic of {others}.");
        }

        const string Base = "backoff_base_seconds";
        foreach (var first in names.Where(name => name.EndsWith(Base, StringComparison.Ordinal)))
        {
            var cap = first[..^Base.Length] + "backoff_cap_seconds";
            if (loaded.Schema.Find(cap) is null || !(Number(loaded[first]) > Number(loaded[cap]))) continue;
            var (one, other, word) = loaded.OriginOf(first) == ConfigurationChain.DefaultOrigin ? (cap, first, "less") : (first, cap, "more");
            yield return loaded.FaultOf(one, $"is {loaded[one]}, {word} than {other.Replace(':', '.')}, which is {loaded[other]}.");
        }

        const string Secret = ":secret";
        foreach (var exchange in names.Where(name => name.EndsWith(Secret, StringComparison.Ordinal)).Select(name => name[..^Secret.Length]))
        {
            if (loaded.Schema.Find(exchange + ":key") is null) continue;
            var (key, secret) = (loaded[exchange + ":key"].Length > 0, loaded[exchange + ":secret"].Length > 0);
            if (key != secret)
            {
                yield return loaded.FaultOf(
                    exchange + (key ? Secret : ":key"), "is not set, but the other half of the credentials is. Set both or none.");
            }

            if (key && secret) continue;
            foreach (var interval in names.Where(name => name.StartsWith(exchange + ":", StringComparison.Ordinal)
                && name.EndsWith("_interval", StringComparison.Ordinal) && loaded[name] == "raw"))
            {
                yield return loaded.FaultOf(
                    interval, "is 'raw', which the exchange gives to authenticated users only. Set its key and secret, or write 'auto'.");
            }
        }
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool ShapeFits(ConfigurationKind kind, SettingShape shape) => kind switch
    {
        ConfigurationKind.WholeNumber => shape == SettingShape.Integer,
        ConfigurationKind.Seconds => shape is SettingShape.Integer or SettingShape.Number,
        ConfigurationKind.Flag => shape == SettingShape.Boolean,
        ConfigurationKind.List => shape is SettingShape.List or SettingShape.Text,
        _ => shape == SettingShape.Text,
    };

    private static string Wanted(ConfigurationKey key) => key.Kind switch
    {
        ConfigurationKind.WholeNumber => $"a whole number from {key.Minimum:0} to {key.Maximum:0}",
        ConfigurationKind.Seconds => $"a number of seconds from {key.Minimum:0.###} to {key.Maximum:0.###}",
        ConfigurationKind.Flag => "true or false",
        ConfigurationKind.Url => $"an absolute URL ({string.Join(", ", key.Choices.Select(scheme => scheme + "://"))})",
        ConfigurationKind.List => "a list of texts",
        _ => key.Choices.Count > 0 ? "one of " + string.Join(", ", key.Choices) : "a text in quotes",
    };

    private static string Words(SettingShape shape) => shape switch
    {
        SettingShape.Text => "a text in quotes",
        SettingShape.Integer => "a whole number",
        SettingShape.Number => "a number with a fraction",
        SettingShape.Boolean => "true or false",
        SettingShape.List => "a list",
        _ => "a date, a table or a mixed list",
    };

    private static string Outside(ConfigurationKey key) =>
        (EnvironmentSettings.PlainNames.FirstOrDefault(pair => pair.Value == key.Name).Key
            ?? key.Name.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant()) + " in the environment or in .env";
}
