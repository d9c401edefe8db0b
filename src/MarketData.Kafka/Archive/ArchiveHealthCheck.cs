using MarketData.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketData.Kafka.Archive;

/// <summary>The archive's readiness for the health endpoint.</summary>
/// <param name="archive">The archive.</param>
public sealed class ArchiveHealthCheck(KafkaArchive archive) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (health, counters) = (archive.Health, archive.Counters);
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
        return Task.FromResult(PartHealth.Of("The archive", health.Reasons(), health.Warnings(), data));
    }
}
