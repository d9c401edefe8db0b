using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MarketData.ServiceDefaults;

/// <summary>Sets up the health port from <c>[health]</c> and its three paths. Runs in every environment, production too.</summary>
internal static class HealthDefaults
{
    private const string AliveTag = "live";

    /// <summary>Listens on the configured port and registers the check of the host itself.</summary>
    public static void Add(WebApplicationBuilder builder, LoadedConfiguration loaded)
    {
        var address = loaded["health:address"];
        var port = int.Parse(loaded["health:port"], System.Globalization.CultureInfo.InvariantCulture);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Listen(kestrel, address, port);
        });
        builder.Services.AddHealthChecks();
        builder.Services.AddReadinessCheck("host", services =>
        {
            var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
            return () => Read(lifetime);
        });
    }

    /// <summary>Maps <c>/health</c> (ready or not, and why) and <c>/alive</c> (the process answers).</summary>
    public static void Map(WebApplication app)
    {
        app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthResponse.WriteAsync });
        app.MapHealthChecks("/alive", new HealthCheckOptions
        {
            ResponseWriter = HealthResponse.WriteAsync,
            Predicate = check => check.Tags.Contains(AliveTag),
        });
    }

    private static void Listen(KestrelServerOptions kestrel, string address, int port)
    {
        if (address == "*") kestrel.ListenAnyIP(port);
        // Kestrel refuses port 0 on the name "localhost", since it would need the same free port for two addresses.
        else if (address == "localhost") kestrel.Listen(IPAddress.Loopback, port);
        else kestrel.Listen(IPAddress.Parse(address), port);
    }

    private static Readiness Read(IHostApplicationLifetime lifetime)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return new(["stopping: The service is stopping."]);
        return lifetime.ApplicationStarted.IsCancellationRequested ? Readiness.Ready : new(["starting: The service has not started yet."]);
    }
}
