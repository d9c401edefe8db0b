using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketData.ServiceDefaults;

/// <summary>Adds a part of the service to <c>/health</c>.</summary>
public static class ReadinessExtensions
{
    /// <summary>Adds a check that says whether a part is ready and why not.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The part's name in the report, for example <c>kafka</c> or <c>deribit</c>.</param>
    /// <param name="create">
    /// Gives the function that is asked on each request, on the request's thread: it must be quick, safe from any thread and only read
    /// what the part has already published about itself.
    /// </param>
    public static IServiceCollection AddReadinessCheck(
        this IServiceCollection services, string name, Func<IServiceProvider, Func<Readiness>> create)
    {
        services.AddHealthChecks()
            .Add(new HealthCheckRegistration(name, provider => new ReadinessCheck(create(provider)), failureStatus: null, tags: null));
        return services;
    }
}
