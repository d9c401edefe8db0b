using MarketData.Pipeline;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketData.Hosting;

/// <summary>Puts a lane's own check beside the collector's, for whoever knows it by the name that other clients of its sink use.</summary>
public static class LaneHealthExtensions
{
    /// <summary>Adds the check.</summary>
    /// <param name="services">The container.</param>
    /// <param name="name">
    /// Its name in <c>/health</c>: that of Aspire's client integration for the sink, so that what is written of that one holds for ours.
    /// </param>
    /// <param name="lane">The lane's name.</param>
    public static IServiceCollection AddLaneHealthCheck(this IServiceCollection services, string name, string lane)
    {
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, provider => new LaneCheck(provider.GetServices<ILane>().First(one => one.Name == lane)), failureStatus: null, tags: null));
        return services;
    }

    private sealed class LaneCheck(ILane lane) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var status = lane.Status;
            string[] reasons = status.Complaint(lane.Name) is { } complaint ? [complaint] : [];
            return Task.FromResult(PartHealth.Of(lane.Name, reasons, [], new Dictionary<string, object>
            {
                ["state"] = status.State.ToString().ToLowerInvariant(),
                ["queued"] = lane.Counters.Queued,
                ["acknowledged"] = lane.Counters.Acknowledged,
            }));
        }
    }
}
