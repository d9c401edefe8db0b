using System.Text.Json.Nodes;
using MarketData.Dashboards.Model;

namespace MarketData.Dashboards.Json;

/// <summary>A variable in Grafana's JSON.</summary>
internal static class VariableJson
{
    private const int OnLoad = 1;
    private const int ByName = 1;
    private const int LabelValues = 1;

    /// <summary>Renders a variable.</summary>
    public static JsonNode Of(Variable variable)
    {
        var json = new JsonObject { ["name"] = variable.Name, ["label"] = variable.Label, ["hide"] = 0 };
        switch (variable)
        {
            case Variable.FromClickHouse clickHouse:
                json["type"] = "query";
                json["datasource"] = PanelJson.Of(DataSource.ClickHouse);
                json["query"] = clickHouse.Sql;
                json["refresh"] = OnLoad;
                json["sort"] = ByName;
                break;
            case Variable.FromLoki loki:
                json["type"] = "query";
                json["datasource"] = PanelJson.Of(DataSource.Loki);
                json["query"] = new JsonObject
                {
                    ["refId"] = "LokiVariableQueryEditor-VariableQuery", ["type"] = LabelValues, ["label"] = loki.LokiLabel, ["stream"] = "",
                };
                json["refresh"] = OnLoad;
                json["sort"] = ByName;
                AllowAll(json);
                break;
            case Variable.Choice choice:
                json["type"] = "custom";
                json["query"] = string.Join(',', choice.Values);
                json["options"] = new JsonArray([.. choice.Values.Select(value => new JsonObject { ["text"] = value, ["value"] = value, ["selected"] = false })]);
                AllowAll(json);
                break;
            case Variable.Text:
                json["type"] = "textbox";
                json["query"] = "";
                break;
        }

        return json;
    }

    private static void AllowAll(JsonObject json)
    {
        json["multi"] = true;
        json["includeAll"] = true;
        json["allValue"] = ".+";
        json["current"] = new JsonObject { ["text"] = "All", ["value"] = "$__all" };
    }
}
