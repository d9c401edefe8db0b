using MarketData.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketData.Collectors;

/// <summary>A collector's readiness for the health endpoint.</summary>
/// <param name="collector">The collector.</param>
public sealed class CollectorHealthCheck(Collector collector) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var exchange = collector.ExchangeStatus;
        var data = new Dictionary<string, object>
        {
            ["phase"] = collector.Phase.ToString().ToLowerInvariant(),
            ["events"] = collector.Monitor.Events,
            ["instruments"] = collector.Instruments,
            ["partitions_owned"] = collector.Partitions.Owned,
            ["partitions"] = collector.Partitions.All,
            ["channels_wanted"] = exchange.ChannelsWanted,
            ["channels_acknowledged"] = exchange.ChannelsAcknowledged,
            ["books_wanted"] = exchange.BooksWanted,
            ["books_live"] = exchange.BooksLive,
        };
        foreach (var lane in collector.Pipeline.Lanes)
        {
            data[$"{lane.Name}_state"] = lane.Status.State.ToString().ToLowerInvariant();
            data[$"{lane.Name}_queued"] = lane.Counters.Queued;
        }

        return Task.FromResult(PartHealth.Of(collector.Name, CollectorHealth.Check(collector), CollectorHealth.Warnings(collector), data));
    }
}
