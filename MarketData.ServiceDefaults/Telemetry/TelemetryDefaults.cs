using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Collects metrics, offers them to Prometheus, and sends them over OTLP where the standard variables name a receiver. The log's export:
/// <see cref="LogExport"/>.
/// </summary>
internal static class TelemetryDefaults
{
    // The wildcard does not match the bare name; System.Runtime is .NET's own meter (memory, GC, thread pool).
    private static readonly string[] _meters = ["marketdata", "marketdata.*", "deribit", "deribit.*", "System.Runtime", TelemetryLoss.SdkMeter];

    /// <summary>Collects our meters and the runtime's.</summary>
    public static void Add(IHostApplicationBuilder builder) => builder.Services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName))
        .WithMetrics(metrics =>
        {
            metrics.AddMeter(_meters).AddPrometheusExporter();
            if (LogExport.HasReceiver(builder.Configuration)) metrics.AddOtlpExporter();
        });

    /// <summary>Maps <c>/metrics</c>.</summary>
    public static void Map(WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics");
}
