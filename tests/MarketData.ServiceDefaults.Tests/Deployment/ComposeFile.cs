using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace MarketData.ServiceDefaults.Tests.Deployment;

/// <summary><c>deploy/compose/compose.yaml</c> as Compose reads it: aliases and merges resolved, variables still in place.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<object, object?> _root;

    private ComposeFile(Dictionary<object, object?> root) => _root = root;

    public static string Directory { get; } = Path.Combine(RepositoryRoot.Path, "deploy", "compose");

    public static string FullPath { get; } = Path.Combine(Directory, "compose.yaml");

    public IReadOnlyDictionary<string, ComposeService> Services =>
        Map(_root["services"]).ToDictionary(pair => (string)pair.Key, pair => new ComposeService(Map(pair.Value)), StringComparer.Ordinal);

    public IEnumerable<string> Volumes => Map(_root["volumes"]).Keys.Cast<string>();

    public static ComposeFile Read()
    {
        using var text = new StreamReader(FullPath);
        return new(new DeserializerBuilder().Build().Deserialize<Dictionary<object, object?>>(new MergingParser(new Parser(text))));
    }

    /// <summary>The names of the variables that have no default: without them Compose refuses to start.</summary>
    public static IEnumerable<string> RequiredVariables(string text) => Required().Matches(text).Select(match => match.Groups["name"].Value).Distinct();

    /// <summary>The text as a person gets it who sets only what is required, each to the same value.</summary>
    public static string Interpolate(string text, string required) =>
        Required().Replace(Default().Replace(text, match => match.Groups["value"].Value), required);

    internal static Dictionary<object, object?> Map(object? node) =>
        node as Dictionary<object, object?> ?? throw new InvalidDataException($"'{node}' is no mapping.");

    [GeneratedRegex(@"\$\{(?<name>\w+):-(?<value>[^}]*)\}")]
    private static partial Regex Default();

    [GeneratedRegex(@"\$\{(?<name>\w+):\?[^}]*\}")]
    private static partial Regex Required();
}
