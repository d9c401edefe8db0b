using System.Text.Json;

using MarketData.Dashboards;
using MarketData.Operations.Tests.Rigs;

namespace MarketData.Operations.Tests.Files;

/// <summary>The committed dashboards are what the generator writes, and what Grafana 12 reads.</summary>
public sealed class DashboardFileTests
{
    private static readonly Dictionary<string, string> _plugins = new()
    {
        ["prometheus"] = "prometheus", ["loki"] = "loki", ["clickhouse"] = "grafana-clickhouse-datasource",
    };

    private static readonly string[] _panelTypes = ["stat", "timeseries", "table", "logs", "text"];

    public static TheoryData<string> Files => [.. DashboardQuery.Dashboards.Select(dashboard => dashboard.File)];

    [Fact]
    public void Files_are_what_the_generator_writes()
    {
        var rendered = DashboardFiles.Render(RepositoryRoot.Path);
        Assert.Equal(rendered.Keys.Order(StringComparer.Ordinal), DashboardQuery.Dashboards.Select(dashboard => dashboard.File));
        foreach (var (name, text) in rendered)
            Assert.True(
                text == File.ReadAllText(RepositoryRoot.Full($"{DashboardFiles.Directory}/{name}")),
                $"{name} is not what its code says: dotnet run --project tools/MarketData.Dashboards");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Dashboard_has_what_Grafana_needs(string file)
    {
        var dashboard = Json(file);
        Assert.Equal(41, dashboard.GetProperty("schemaVersion").GetInt32());
        Assert.Equal($"marketdata-{file[..^".json".Length]}", dashboard.GetProperty("uid").GetString());
        Assert.NotEmpty(dashboard.GetProperty("title").GetString()!);
        Assert.Equal("dashboards", dashboard.GetProperty("links")[0].GetProperty("type").GetString());
        Assert.Equal(JsonValueKind.Array, dashboard.GetProperty("templating").GetProperty("list").ValueKind);
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
        Assert.NotEmpty(panels);
        Assert.Equal(Enumerable.Range(1, panels.Count), panels.Select(panel => panel.GetProperty("id").GetInt32()));
        foreach (var panel in panels)
        {
            var type = panel.GetProperty("type").GetString()!;
            Assert.Contains(type, _panelTypes);
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
            Assert.True(type == "text" || panel.GetProperty("title").GetString()!.EndsWith('?'), "A panel's title is a question.");
            Assert.True(type is "text" or "logs" || panel.GetProperty("fieldConfig").GetProperty("defaults").TryGetProperty("unit", out _), "unit");
            Assert.Equal(type == "text", panel.GetProperty("targets").GetArrayLength() == 0);
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
            {
                var source = target.GetProperty("datasource");
                Assert.Equal(_plugins[source.GetProperty("uid").GetString()!], source.GetProperty("type").GetString());
                Assert.True(JsonElement.DeepEquals(panel.GetProperty("datasource"), source), "All queries of a panel go to one data source.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Panels_lie_on_the_grid_and_never_on_each_other(string file)
    {
        var taken = new HashSet<(int, int)>();
        foreach (var panel in Json(file).GetProperty("panels").EnumerateArray())
        {
            var (x, y, w, h) = (At(panel, "x"), At(panel, "y"), At(panel, "w"), At(panel, "h"));
            Assert.InRange(x + w, 1, 24);
            for (var column = x; column < x + w; column++)
            {
                for (var row = y; row < y + h; row++)
                    Assert.True(taken.Add((column, row)), $"{panel.GetProperty("title").GetString()} lies on another panel.");
            }
        }
    }

    [Fact]
    public void Links_lead_to_dashboards_and_panels_that_exist()
    {
        var panels = DashboardQuery.Dashboards.ToDictionary(
            one => one.Json.GetProperty("uid").GetString()!, one => one.Json.GetProperty("panels").EnumerateArray().ToList());
        var links = panels.Values.SelectMany(all => all).SelectMany(panel => panel.GetProperty("links").EnumerateArray()).ToList();
        Assert.NotEmpty(links);
        foreach (var link in links)
        {
            var (uid, id) = link.GetProperty("url").GetString()!["/d/".Length..].Split("?viewPanel=") is [var to, var number] ? (to, number) : ("", "");
            var target = panels[uid].Single(panel => $"{panel.GetProperty("id").GetInt32()}" == id);
            Assert.Equal($"What to do: {target.GetProperty("title").GetString()}", link.GetProperty("title").GetString());
        }
    }

    [Fact]
    public void Data_sources_that_dashboards_name_are_provisioned()
    {
        var provisioned = File.ReadAllText(RepositoryRoot.Full("config/grafana/provisioning/datasources/datasources.yaml"));
        foreach (var (uid, plugin) in _plugins)
            Assert.Contains($"    uid: {uid}\n    type: {plugin}\n", provisioned, StringComparison.Ordinal);
        foreach (var variable in new[] { "PROMETHEUS_URL", "LOKI_URL", "CLICKHOUSE_HOST", "CLICKHOUSE_PORT", "CLICKHOUSE_USER", "CLICKHOUSE_PASSWORD" })
            Assert.Contains($": ${variable}\n", provisioned, StringComparison.Ordinal);
    }

    private static JsonElement Json(string file) => DashboardQuery.Dashboards.Single(dashboard => dashboard.File == file).Json;

    private static int At(JsonElement panel, string name) => panel.GetProperty("gridPos").GetProperty(name).GetInt32();
}
