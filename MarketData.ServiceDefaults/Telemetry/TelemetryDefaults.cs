using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Collects metrics and traces, offers the metrics to Prometheus, and sends both over OTLP where the standard variables name a receiver. The
/// log's export: <see cref="LogExport"/>.
/// </summary>
internal static class TelemetryDefaults
{
    // The wildcard does not match the bare name; System.* are .NET's own meters (memory, GC, thread pool; calls over HTTP).
    private static readonly string[] _meters =
        ["marketdata", "marketdata.*", "Deribit.Client", "System.Runtime", "System.Net.Http", "Polly", TelemetryLoss.SdkMeter];

    // No span is made per market event: these are connects, calls, repairs, batches, and calls over HTTP.
    private static readonly string[] _sources = ["MarketData", "Deribit.Client", "System.Net.Http"];

    /// <summary>Collects our meters and spans, and the runtime's.</summary>
    public static void Add(IHostApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName));
        var hasReceiver = LogExport.HasReceiver(builder.Configuration);
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(_meters).AddPrometheusExporter();
            if (hasReceiver) metrics.AddOtlpExporter();
        });
        // Without a receiver nobody listens, and no span is made.
        if (hasReceiver) telemetry.WithTracing(tracing => tracing.AddSource(_sources).AddOtlpExporter());
    }

    /// <summary>Maps <c>/metrics</c>.</summary>
    public static void Map(WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics");
}
