using System.Text.Json.Nodes;
using MarketData.Dashboards.Content;
using MarketData.Dashboards.Model;

namespace MarketData.Dashboards.Json;

/// <summary>A panel in Grafana's JSON.</summary>
internal static class PanelJson
{
    /// <summary>Renders a panel at its place.</summary>
    public static JsonObject Of((Panel Panel, int X, int Y) placed, int id, IReadOnlyList<Runbook> runbooks)
    {
        var (panel, x, y) = placed;
        var json = new JsonObject
        {
            ["id"] = id,
            ["type"] = panel.Kind.ToString().ToLowerInvariant(),
            ["title"] = panel.Title,
            ["description"] = panel.Description,
            ["gridPos"] = new JsonObject { ["x"] = x, ["y"] = y, ["w"] = panel.Width, ["h"] = panel.Height },
            ["links"] = panel.Alert is { } alert
                ? new JsonArray(LinkJson.Of($"What to do: {alert}", "link", RunbooksDashboard.UrlOf(alert, runbooks))) : [],
            ["fieldConfig"] = new JsonObject { ["defaults"] = FieldDefaults(panel), ["overrides"] = new JsonArray() },
            ["options"] = Options(panel),
            ["targets"] = new JsonArray([.. panel.Queries.Select((query, index) => TargetJson.Of(query, panel.Kind, index))]),
        };
        if (panel.Queries is [var first, ..])
            json["datasource"] = Of(first.Source);
        return json;
    }

    /// <summary>A reference to a data source.</summary>
    public static JsonObject Of(DataSource source) => new() { ["type"] = source.Type, ["uid"] = source.Uid };

    private static JsonObject FieldDefaults(Panel panel)
    {
        if (panel.Kind is PanelKind.Text or PanelKind.Logs)
            return [];
        var defaults = new JsonObject
        {
            ["unit"] = panel.Unit,
            ["color"] = new JsonObject { ["mode"] = panel.Kind == PanelKind.TimeSeries ? "palette-classic" : "thresholds" },
            ["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = new JsonArray([.. Steps(panel)]) },
        };
        if (panel.Words is var (zero, one))
            defaults["mappings"] = new JsonArray(Mapping(("0", zero, "red"), ("1", one, "green")));
        if (panel.Kind == PanelKind.TimeSeries)
            defaults["custom"] = Curve(panel);
        return defaults;
    }

    private static IEnumerable<JsonNode> Steps(Panel panel)
    {
        yield return new JsonObject { ["color"] = panel.RedFrom is null && panel.Kind != PanelKind.TimeSeries ? "text" : "green", ["value"] = null };
        if (panel.RedFrom is { } red)
            yield return new JsonObject { ["color"] = "red", ["value"] = red };
    }

    private static JsonObject Mapping(params (string Value, string Text, string Color)[] all)
    {
        var options = new JsonObject();
        foreach (var (index, (value, text, color)) in all.Index())
            options[value] = new JsonObject { ["text"] = text, ["color"] = color, ["index"] = index };
        return new JsonObject { ["type"] = "value", ["options"] = options };
    }

    private static JsonObject Curve(Panel panel) => new()
    {
        ["drawStyle"] = "line",
        ["lineWidth"] = 1,
        ["fillOpacity"] = 10,
        ["showPoints"] = "auto",
        ["spanNulls"] = false,
        ["axisSoftMin"] = 0,
        // The line from which on an alert fires.
        ["thresholdsStyle"] = new JsonObject { ["mode"] = panel.RedFrom is null ? "off" : "line" },
    };

    private static JsonObject Options(Panel panel) => panel.Kind switch
    {
        PanelKind.Stat => new()
        {
            ["reduceOptions"] = new JsonObject { ["calcs"] = new JsonArray("lastNotNull"), ["fields"] = "", ["values"] = false },
            ["orientation"] = "auto",
            ["textMode"] = "auto",
            ["colorMode"] = "background",
            ["graphMode"] = "none",
            ["justifyMode"] = "auto",
        },
        PanelKind.TimeSeries => new()
        {
            ["legend"] = new JsonObject
            {
                ["displayMode"] = "list", ["placement"] = "bottom", ["showLegend"] = true, ["calcs"] = new JsonArray(),
            },
            ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" },
        },
        PanelKind.Table => new() { ["showHeader"] = true, ["cellHeight"] = "sm" },
        PanelKind.Logs => new()
        {
            ["showTime"] = true,
            ["showLabels"] = false,
            ["showCommonLabels"] = false,
            ["wrapLogMessage"] = true,
            ["prettifyLogMessage"] = false,
            ["enableLogDetails"] = true,
            ["sortOrder"] = "Descending",
            ["dedupStrategy"] = "none",
        },
        _ => new() { ["mode"] = "markdown", ["content"] = panel.Markdown },
    };
}
