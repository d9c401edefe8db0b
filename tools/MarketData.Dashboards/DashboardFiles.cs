using System.Text.Encodings.Web;
using System.Text.Json;
using MarketData.Dashboards.Content;
using MarketData.Dashboards.Json;
using MarketData.Dashboards.Model;

namespace MarketData.Dashboards;

/// <summary>The files of all dashboards: name and text.</summary>
internal static class DashboardFiles
{
    /// <summary>Where they are, in the repository.</summary>
    public const string Directory = "config/grafana/dashboards";

    /// <summary>Where the runbooks are, which one of the dashboards shows.</summary>
    public const string Runbooks = "docs/runbooks";

    // For people who read a difference: characters as they are, no \u0022.
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Renders every dashboard; reads the runbooks below the repository's root.</summary>
    public static IReadOnlyDictionary<string, string> Render(string root)
    {
        var runbooks = Runbook.ReadAll(Path.Combine(root, Runbooks));
        return All(runbooks).ToDictionary(
            dashboard => dashboard.Name + ".json", dashboard => DashboardJson.Of(dashboard, runbooks).ToJsonString(_json) + "\n", StringComparer.Ordinal);
    }

    private static Dashboard[] All(IReadOnlyList<Runbook> runbooks) =>
    [
        OverviewDashboard.Create(), BooksDashboard.Create(), TradesDashboard.Create(), SinksDashboard.Create(), LatencyDashboard.Create(),
        LogsDashboard.Create(), RunbooksDashboard.Create(runbooks),
    ];
}
