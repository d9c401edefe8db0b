using Microsoft.Extensions.DependencyInjection;

namespace MarketData.ServiceDefaults;

/// <summary>
/// What every client of <c>IHttpClientFactory</c> has: it finds a service by the name that Aspire injects (<c>services:orderbooks:health:0</c>), and
/// repeats, times out and breaks the circuit by the standard handler (https://learn.microsoft.com/dotnet/core/resilience/http-resilience).
/// </summary>
internal static class HttpDefaults
{
    /// <summary>Adds both.</summary>
    public static void Add(IServiceCollection services) => services.AddServiceDiscovery().ConfigureHttpClientDefaults(http =>
    {
        http.AddStandardResilienceHandler();
        http.AddServiceDiscovery();
    });
}
