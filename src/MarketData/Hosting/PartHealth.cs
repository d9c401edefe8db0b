using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketData.Hosting;

/// <summary>What the health endpoint says of one part of a service.</summary>
public static class PartHealth
{
    /// <summary>
    /// Unhealthy with every reason, degraded (which is still ready) with what somebody should look at, or healthy; always with the numbers, and
    /// with all sentences under <c>reasons</c> when there are any.
    /// </summary>
    /// <param name="name">The part's name, for the sentence that says that it is ready.</param>
    /// <param name="reasons">Why it does not do its work, each <c>code: sentence</c>.</param>
    /// <param name="warnings">What somebody should look at although it does.</param>
    /// <param name="data">The numbers. No secrets.</param>
    public static HealthCheckResult Of(
        string name, IReadOnlyList<string> reasons, IReadOnlyList<string> warnings, Dictionary<string, object> data)
    {
        ArgumentNullException.ThrowIfNull(reasons);
        ArgumentNullException.ThrowIfNull(data);
        string[] all = [.. reasons, .. warnings];
        if (all.Length == 0) return HealthCheckResult.Healthy($"{name} is ready.", data);
        data["reasons"] = all;
        return new HealthCheckResult(reasons.Count > 0 ? HealthStatus.Unhealthy : HealthStatus.Degraded, string.Join(" ", all), data: data);
    }
}
