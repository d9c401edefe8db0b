using System.Text.Json;

namespace MarketData.Operations.Tests.Rigs;

/// <summary>A query of a committed dashboard.</summary>
/// <param name="Place">Dashboard and panel, for messages.</param>
/// <param name="Source">The uid of its data source.</param>
/// <param name="Text">What is asked, with Grafana's variables.</param>
internal sealed record DashboardQuery(string Place, string Source, string Text)
{
    /// <summary>Every dashboard: file name and content.</summary>
    public static IReadOnlyList<(string File, JsonElement Json)> Dashboards { get; } =
    [
        .. Directory.GetFiles(RepositoryRoot.Full("config/grafana/dashboards"), "*.json").Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), JsonDocument.Parse(File.ReadAllText(path)).RootElement)),
    ];

    /// <summary>The queries of all panels, annotations and variables to one data source.</summary>
    public static IReadOnlyList<DashboardQuery> Of(string source) =>
        [.. Dashboards.SelectMany(dashboard => Of(dashboard.File, dashboard.Json)).Where(query => query.Source == source)];

    private static IEnumerable<DashboardQuery> Of(string file, JsonElement dashboard)
    {
        foreach (var panel in dashboard.GetProperty("panels").EnumerateArray())
        {
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
            {
                var text = target.TryGetProperty("expr", out var expression) ? expression : target.GetProperty("rawSql");
                yield return new DashboardQuery(
                    $"{file}: {panel.GetProperty("title").GetString()}", target.GetProperty("datasource").GetProperty("uid").GetString()!, text.GetString()!);
            }
        }

        foreach (var annotation in dashboard.GetProperty("annotations").GetProperty("list").EnumerateArray())
            yield return new DashboardQuery(
                $"{file}: annotation", annotation.GetProperty("datasource").GetProperty("uid").GetString()!, annotation.GetProperty("target").GetProperty("expr").GetString()!);
        foreach (var variable in dashboard.GetProperty("templating").GetProperty("list").EnumerateArray())
        {
            if (variable.TryGetProperty("datasource", out var asked) && variable.GetProperty("query") is { ValueKind: JsonValueKind.String } query)
                yield return new DashboardQuery($"{file}: variable {variable.GetProperty("name").GetString()}", asked.GetProperty("uid").GetString()!, query.GetString()!);
        }
    }
}
