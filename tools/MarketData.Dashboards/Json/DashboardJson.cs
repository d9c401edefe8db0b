using System.Text.Json.Nodes;
using MarketData.Dashboards.Model;

namespace MarketData.Dashboards.Json;

/// <summary>A dashboard in Grafana's JSON (the classic model, schema version 41, which Grafana 12 reads and writes).</summary>
internal static class DashboardJson
{
    private const int SchemaVersion = 41;
    private const string Tag = "marketdata";

    /// <summary>Renders a dashboard; its panels link to the runbooks.</summary>
    public static JsonObject Of(Dashboard dashboard, IReadOnlyList<Runbook> runbooks) => new()
    {
        ["uid"] = dashboard.Uid,
        ["title"] = $"MarketData: {dashboard.Title}",
        ["description"] = dashboard.Description,
        ["tags"] = new JsonArray(Tag),
        ["schemaVersion"] = SchemaVersion,
        ["editable"] = false,
        // One crosshair in all panels.
        ["graphTooltip"] = 1,
        ["timezone"] = "browser",
        ["fiscalYearStartMonth"] = 0,
        ["time"] = new JsonObject { ["from"] = "now-30m", ["to"] = "now" },
        ["refresh"] = "10s",
        ["links"] = new JsonArray(Others()),
        ["annotations"] = new JsonObject { ["list"] = new JsonArray(FiringAlerts()) },
        ["templating"] = new JsonObject { ["list"] = new JsonArray([.. dashboard.Variables.Select(VariableJson.Of)]) },
        ["panels"] = new JsonArray([.. Layout.Place(dashboard.Panels).Select((placed, index) => PanelJson.Of(placed, index + 1, runbooks))]),
    };

    // Every dashboard with our tag, each by its title.
    private static JsonObject Others() => LinkJson.Of("MarketData", "dashboards", "", Tag);

    private static JsonObject FiringAlerts() => new()
    {
        ["name"] = "Alerts",
        ["datasource"] = PanelJson.Of(DataSource.Prometheus),
        ["enable"] = true,
        ["iconColor"] = "red",
        ["target"] = new JsonObject { ["refId"] = "Anno", ["expr"] = "ALERTS{alertstate=\"firing\"}", ["interval"] = "10s" },
        ["titleFormat"] = "{{alertname}}",
        ["textFormat"] = "{{collector}} {{sink}} {{instance}}",
    };
}
