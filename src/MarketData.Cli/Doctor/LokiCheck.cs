using System.Text.Json;

using MarketData.Checks;

namespace MarketData.Cli.Doctor;

/// <summary>Looks at Loki: whether it is ready, and whether it takes OTLP.</summary>
internal static class LokiCheck
{
    public const string Subject = "loki";

    // The first with /otlp/v1/logs.
    private const int FirstMajor = 3;

    public static async Task<IReadOnlyList<Finding>> RunAsync(string url, CancellationToken cancellationToken)
    {
        var loki = url.TrimEnd('/');
        var ready = await HttpAnswer.OfAsync(new Uri(loki + "/ready"), cancellationToken);
        if (ready.Status == 0)
        {
            return [new Finding(
                Subject, FindingState.Fault, $"{loki} cannot be reached ({ready.Body})", "Check that Loki runs and that logging.loki_url is right. The data path goes on without.")];
        }

        if (ready.Status != 200)
        {
            return [ready.Status == 503
                ? new Finding(Subject, FindingState.Warning, $"{loki} is not ready: {OneLine(ready.Body)}", "It takes about 20 s to start; look again.")
                : new Finding(Subject, FindingState.Fault, $"{loki}/ready answers HTTP {ready.Status}", "Check that logging.loki_url is the address of Loki.")];
        }

        var version = Version((await HttpAnswer.OfAsync(new Uri(loki + "/loki/api/v1/status/buildinfo"), cancellationToken)).Body);
        return [int.TryParse(version?.Split('.')[0], out var major) && major < FirstMajor
            ? new Finding(Subject, FindingState.Fault, $"Loki {version} at {loki}, which takes no OTLP", $"Use Loki {FirstMajor} or later.")
            : new Finding(Subject, FindingState.Ok, $"Loki{(version is null ? "" : " " + version)} at {loki}, ready")];
    }

    // {"version":"3.7.8","revision":".."}
    private static string? Version(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("version", out var version)
                && version.GetString() is { Length: > 0 and < 50 } text ? text : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= 200 ? line : line[..200];
    }
}
