using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Writes the body of <c>/health</c> and <c>/alive</c>. Sample:
/// <code>{"status":"unhealthy","service":"orderbooks","checks":[{"name":"redis","status":"unhealthy",
/// "reasons":["redis_down: Redis at localhost:6379 does not answer."],"data":{"queued":12}}]}</code>
/// </summary>
internal static class HealthResponse
{
    /// <summary>Writes the report as JSON without secrets.</summary>
    public static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        var redactor = context.RequestServices.GetRequiredService<SecretRedactor>();
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter.AsStream());
        json.WriteStartObject();
        json.WriteString("status", Word(report.Status));
        json.WriteString("service", context.RequestServices.GetRequiredService<IHostEnvironment>().ApplicationName);
        json.WriteStartArray("checks");
        foreach (var (name, entry) in report.Entries.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            WriteCheck(json, name, entry, redactor);
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static void WriteCheck(Utf8JsonWriter json, string name, HealthReportEntry entry, SecretRedactor redactor)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("status", Word(entry.Status));
        json.WriteStartArray("reasons");
        foreach (var reason in Reasons(entry)) json.WriteStringValue(redactor.Redact(reason));
        json.WriteEndArray();
        json.WriteStartObject("data");
        foreach (var (key, value) in entry.Data.Where(pair => pair.Key != ReadinessCheck.ReasonsKey))
            WriteValue(json, key, value, redactor);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // A check that is not ours has no reason codes; one that threw has only its exception.
    private static IEnumerable<string> Reasons(HealthReportEntry entry)
    {
        if (entry.Data.TryGetValue(ReadinessCheck.ReasonsKey, out var value) && value is IReadOnlyList<string> reasons) return reasons;
        if (entry.Exception is { } exception) return ["check_failed: " + exception.Message];
        return entry.Status == HealthStatus.Healthy ? [] : ["not_healthy: " + (entry.Description ?? "The check gives no reason.")];
    }

    private static void WriteValue(Utf8JsonWriter json, string key, object? value, SecretRedactor redactor)
    {
        switch (value)
        {
            case null: json.WriteNull(key); break;
            case bool flag: json.WriteBoolean(key, flag); break;
            case int number: json.WriteNumber(key, number); break;
            case long number: json.WriteNumber(key, number); break;
            case decimal number: json.WriteNumber(key, number); break;
            case double number when double.IsFinite(number): json.WriteNumber(key, number); break;
            case TimeSpan duration: json.WriteNumber(key, duration.TotalSeconds); break;
            case IEnumerable<string> list:
                json.WriteStartArray(key);
                foreach (var item in list) json.WriteStringValue(redactor.Redact(item));
                json.WriteEndArray();
                break;
            default: json.WriteString(key, redactor.Redact(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")); break;
        }
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
