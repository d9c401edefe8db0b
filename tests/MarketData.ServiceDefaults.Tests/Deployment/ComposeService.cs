namespace MarketData.ServiceDefaults.Tests.Deployment;

/// <summary>One service of the Compose file.</summary>
internal sealed class ComposeService(Dictionary<object, object?> node)
{
    public string Image => ComposeFile.Interpolate((string)node["image"]!, "");

    /// <summary>Whether it runs one of our own images.</summary>
    public bool IsOurs => Image.StartsWith("marketdata/", StringComparison.Ordinal);

    public string? Restart => node.GetValueOrDefault("restart") as string;

    public IReadOnlyList<string> Command => List("command");

    public IReadOnlyList<string> HealthTest =>
        node.TryGetValue("healthcheck", out var check) ? [.. ((List<object>)ComposeFile.Map(check)["test"]!).Cast<string>()] : [];

    public IReadOnlyList<string> Ports => List("ports");

    public IReadOnlyList<string> Volumes => List("volumes");

    /// <summary>Its variables, with the given value where a person has to set one.</summary>
    public Dictionary<string, string> Environment(string required) => node.TryGetValue("environment", out var variables)
        ? ComposeFile.Map(variables).ToDictionary(pair => (string)pair.Key, pair => ComposeFile.Interpolate((string?)pair.Value ?? "", required))
        : [];

    private IReadOnlyList<string> List(string name) => node.TryGetValue(name, out var items) ? [.. ((List<object>)items!).Cast<string>()] : [];
}
