using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketData.ServiceDefaults;

/// <summary>Turns a <see cref="Readiness"/> into .NET's health check result. Runs on the thread of the request.</summary>
internal sealed class ReadinessCheck(Func<Readiness> read) : IHealthCheck
{
    /// <summary>Where the reasons stand in the data of the result.</summary>
    public const string ReasonsKey = "reasons";

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var readiness = read();
        var status = readiness.Reasons.Count == 0 ? HealthStatus.Healthy
            : readiness.DegradedOnly ? HealthStatus.Degraded
            : HealthStatus.Unhealthy;
        var data = new Dictionary<string, object>(readiness.Data) { [ReasonsKey] = readiness.Reasons };
        return Task.FromResult(new HealthCheckResult(status, data: data));
    }
}
