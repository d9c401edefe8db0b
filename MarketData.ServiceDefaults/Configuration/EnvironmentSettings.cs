namespace MarketData.ServiceDefaults;

/// <summary>
/// Turns environment variables (of the process or of a <c>.env</c> file) into settings. Three spellings, the last one wins: what Aspire
/// injects (<c>ConnectionStrings__kafka</c>), the plain names that users know (<c>KAFKA_BOOTSTRAP_SERVERS</c>), and .NET's
/// <c>Section__Key</c> (<c>KAFKA__BOOTSTRAP_SERVERS</c>). An empty value counts as not set.
/// </summary>
internal static class EnvironmentSettings
{
    private const string ConnectionStrings = "ConnectionStrings__";

    /// <summary>The plain names and the keys they stand for.</summary>
    public static readonly IReadOnlyDictionary<string, string> PlainNames = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["DERIBIT_KEY"] = "exchanges:deribit:key",
        ["DERIBIT_SECRET"] = "exchanges:deribit:secret",
        ["KAFKA_BOOTSTRAP_SERVERS"] = "kafka:bootstrap_servers",
        ["REDIS_URL"] = "redis:url",
        ["CLICKHOUSE_URL"] = "clickhouse:url",
    };

    /// <summary>Maps variables to settings, weakest spelling first.</summary>
    public static IReadOnlyList<Setting> Map(IEnumerable<Setting> variables)
    {
        var set = variables.Where(variable => variable.Text.Length > 0).ToList();
        var aspire = set.Where(variable => variable.Name.StartsWith(ConnectionStrings, StringComparison.OrdinalIgnoreCase)).ToList();
        var plain = set.Where(variable => PlainNames.ContainsKey(variable.Name)).ToList();
        return
        [
            .. aspire.SelectMany(FromConnectionString),
            .. plain.Select(variable => variable with { Name = PlainNames[variable.Name] }),
            .. set.Except(plain).Select(variable => variable with { Name = variable.Name.Replace("__", ":", StringComparison.Ordinal) }),
        ];
    }

    /// <summary>The variables of the process as settings.</summary>
    public static IEnumerable<Setting> FromProcess(IReadOnlyDictionary<string, string> variables) =>
        variables.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new Setting(pair.Key, pair.Value, "environment variable " + pair.Key));

    private static IEnumerable<Setting> FromConnectionString(Setting variable) =>
        variable.Name[ConnectionStrings.Length..].ToLowerInvariant() switch
    {
        "kafka" => [variable with { Name = "kafka:bootstrap_servers" }],
        "redis" => [variable with { Name = "redis:url" }],
        "clickhouse" => FromClickHouse(variable),
        _ => [],
    };

    // Host=localhost;Port=8123;Protocol=http;Username=default;Password=...;Database=market
    private static IEnumerable<Setting> FromClickHouse(Setting variable)
    {
        if (variable.Text.Contains("://", StringComparison.Ordinal))
        {
            yield return variable with { Name = "clickhouse:url" };
            yield break;
        }

        var parts = variable.Text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        string Part(string name, string otherwise) => parts[name].LastOrDefault() ?? otherwise;

        var address = $"{Part("Protocol", "http")}://{Part("Host", "localhost")}:{Part("Port", "8123")}";
        yield return variable with { Name = "clickhouse:url", Text = address };
        foreach (var name in new[] { "Username", "Password", "Database" })
        {
            if (Part(name, "") is { Length: > 0 } value)
                yield return variable with { Name = "clickhouse:" + name.ToLowerInvariant(), Text = value };
        }
    }
}
