using System.Text.Json.Nodes;
using MarketData.Dashboards.Model;

namespace MarketData.Dashboards.Json;

/// <summary>A query in the JSON of its data source's plugin.</summary>
internal static class TargetJson
{
    // Of the plugin whose query model this is.
    private const string ClickHousePlugin = "4.0.0";

    /// <summary>Renders a query; it is called A, B, .. by its place.</summary>
    public static JsonObject Of(Query query, PanelKind kind, int index)
    {
        var json = new JsonObject { ["refId"] = ((char)('A' + index)).ToString(), ["datasource"] = PanelJson.Of(query.Source) };
        var isCurve = kind == PanelKind.TimeSeries;
        if (query.Source == DataSource.Prometheus)
        {
            json["editorMode"] = "code";
            json["expr"] = query.Text;
            json["legendFormat"] = query.Legend.Length == 0 ? "__auto" : query.Legend;
            json["range"] = isCurve;
            json["instant"] = !isCurve;
            json["format"] = kind == PanelKind.Table ? "table" : "time_series";
        }
        else if (query.Source == DataSource.Loki)
        {
            json["editorMode"] = "code";
            json["expr"] = query.Text;
            json["legendFormat"] = query.Legend;
            json["queryType"] = "range";
        }
        else
        {
            json["editorType"] = "sql";
            json["rawSql"] = query.Text;
            json["queryType"] = isCurve ? "timeseries" : "table";
            json["format"] = isCurve ? 0 : 1;
            json["pluginVersion"] = ClickHousePlugin;
        }

        return json;
    }
}
