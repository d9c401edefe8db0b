using System.Text.Json.Nodes;

namespace MarketData.Dashboards.Json;

/// <summary>A link in Grafana's JSON, of a dashboard or of a panel.</summary>
internal static class LinkJson
{
    /// <summary>Renders a link.</summary>
    /// <param name="title">What people read.</param>
    /// <param name="type"><c>link</c>: to the address. <c>dashboards</c>: to every dashboard with the tags.</param>
    /// <param name="url">The address.</param>
    /// <param name="tags">The tags.</param>
    public static JsonObject Of(string title, string type, string url, params IEnumerable<string> tags) => new()
    {
        ["title"] = title,
        ["type"] = type,
        ["url"] = url,
        ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]),
        ["asDropdown"] = false,
        ["includeVars"] = false,
        ["keepTime"] = true,
        ["targetBlank"] = false,
        ["icon"] = "external link",
        ["tooltip"] = "",
    };
}
