using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketData.Kafka.Archive;

/// <summary>
/// The archive's readiness for the health endpoint: unhealthy with every reason why something is not archived, degraded (which is still ready)
/// with what somebody should look at, or healthy; always with the numbers.
/// </summary>
internal sealed class ArchiveHealthCheck(KafkaArchive archive) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (health, counters) = (archive.Health, archive.Counters);
        var reasons = health.Reasons();
        string[] all = [.. reasons, .. health.Warnings()];
        var data = new Dictionary<string, object>
        {
            ["partitions"] = health.Partitions,
            ["lag"] = health.Lag,
            ["read"] = counters.Read,
            ["stored"] = counters.Stored,
            ["returned"] = counters.Returned,
            ["waiting"] = counters.Waiting,
            ["dead_letters"] = counters.DeadLetters,
            ["lost"] = counters.Lost,
        };
        if (all.Length == 0) return Task.FromResult(HealthCheckResult.Healthy("The archive is ready.", data));
        data["reasons"] = all;
        var status = reasons.Count > 0 ? HealthStatus.Unhealthy : HealthStatus.Degraded;
        return Task.FromResult(new HealthCheckResult(status, string.Join(" ", all), data: data));
    }
}
