using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace MarketData.ServiceDefaults;

/// <summary>Collects metrics and offers them to Prometheus. Traces, and the export of all three over OTLP, join here.</summary>
internal static class TelemetryDefaults
{
    // The wildcard does not match the bare name; System.Runtime is .NET's own meter (memory, GC, thread pool).
    private static readonly string[] _meters = ["marketdata", "marketdata.*", "deribit", "deribit.*", "System.Runtime"];

    /// <summary>Collects our meters and the runtime's.</summary>
    public static void Add(IHostApplicationBuilder builder) => builder.Services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName))
        .WithMetrics(metrics => metrics.AddMeter(_meters).AddPrometheusExporter());

    /// <summary>Maps <c>/metrics</c>.</summary>
    public static void Map(WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics");
}
