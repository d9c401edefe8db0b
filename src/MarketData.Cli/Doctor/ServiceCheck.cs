using System.Text.Json;

using MarketData.Checks;

namespace MarketData.Cli.Doctor;

/// <summary>Asks a running service how it is.</summary>
internal static class ServiceCheck
{
    private const int LongestReason = 300;

    public static string SubjectOf(string url) => $"service {url.TrimEnd('/')}";

    public static async Task<IReadOnlyList<Finding>> RunAsync(string url, CancellationToken cancellationToken)
    {
        var subject = SubjectOf(url);
        var answer = await HttpAnswer.OfAsync(new Uri(url.TrimEnd('/') + "/health"), cancellationToken);
        if (answer.Status == 0)
            return [new Finding(subject, FindingState.Fault, $"nobody answers ({answer.Body})", "Check that the service runs, and its health.port.")];
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return [Read(subject, json.RootElement)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return [new Finding(
                subject, FindingState.Fault, $"/health answers HTTP {answer.Status}, and not as a service of ours does", "Check the port.")];
        }
    }

    // {"status":"unhealthy","service":"orderbooks","checks":[{"name":"redis","status":"unhealthy","reasons":["redis_down: .."],"data":{}}]}
    private static Finding Read(string subject, JsonElement report)
    {
        var (name, status) = (report.GetProperty("service").GetString(), report.GetProperty("status").GetString());
        var reasons = report.GetProperty("checks").EnumerateArray()
            .SelectMany(check => check.GetProperty("reasons").EnumerateArray().Select(reason => (Name: check.GetProperty("name").GetString(), Text: reason.GetString())))
            // A lane says for itself what its collector says of it.
            .DistinctBy(reason => reason.Text)
            .Select(reason => $"{reason.Name}: {reason.Text}")
            .Select(reason => reason.Length <= LongestReason ? reason : reason[..LongestReason] + "..");
        var found = $"{name} is {status}";
        return status switch
        {
            "healthy" => new Finding(subject, FindingState.Ok, found),
            "degraded" => new Finding(subject, FindingState.Warning, found, string.Join(" ", reasons)),
            _ => new Finding(subject, FindingState.Fault, found, string.Join(" ", reasons)),
        };
    }
}
