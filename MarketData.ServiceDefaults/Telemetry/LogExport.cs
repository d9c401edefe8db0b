using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Sends the log over OTLP: to Loki, where <c>[logging] loki_url</c> names one, and to the receiver that the standard variables
/// (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, <c>.._PROTOCOL</c>, <c>.._HEADERS</c>) name. Each has a queue of its own; a receiver that is slow or
/// away holds nobody up, and what it costs is counted (<see cref="TelemetryLoss"/>). Without either, nothing is exported.
/// </summary>
internal static class LogExport
{
    // Loki takes OTLP under this path.
    private const string LokiPath = "/otlp/v1/logs";

    // Bursts of this many records (some tens of MB) wait for a receiver; what is more is dropped and counted.
    private const int QueuedRecords = 50_000;
    private const int BatchRecords = 512;
    private const int BatchEveryMs = 1_000;
    private const int ReceiverTimeoutMs = 10_000;

    /// <summary>Adds the export to the log's providers.</summary>
    public static void Add(IHostApplicationBuilder builder, LoadedConfiguration loaded)
    {
        OtlpExporterOptions[] receivers = [.. Receivers(builder.Configuration, loaded["logging:loki_url"])];
        if (receivers.Length == 0) return;
        builder.Services.AddSingleton<TelemetryLoss>();
        builder.Logging.AddOpenTelemetry(log =>
        {
            log.IncludeFormattedMessage = true;
            log.AddProcessor(new RedactingProcessor(loaded.Redactor));
            foreach (var receiver in receivers)
            {
                log.AddProcessor(services => new BatchLogRecordExportProcessor(
                    new CountedExporter(new OtlpLogExporter(receiver), services.GetRequiredService<TelemetryLoss>()),
                    QueuedRecords, BatchEveryMs, ReceiverTimeoutMs, BatchRecords));
            }
        });
    }

    /// <summary>Whether the standard variables name a receiver.</summary>
    public static bool HasReceiver(IConfiguration configuration) => !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    private static IEnumerable<OtlpExporterOptions> Receivers(IConfiguration configuration, string loki)
    {
        if (loki.Length > 0)
            yield return Receiver(new Uri(loki.TrimEnd('/') + LokiPath), OtlpExportProtocol.HttpProtobuf, null);
        if (!HasReceiver(configuration)) yield break;
        var overHttp = configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] is "http/protobuf";
        var endpoint = configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]!.TrimEnd('/');
        yield return Receiver(
            new Uri(overHttp ? endpoint + "/v1/logs" : endpoint), overHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc,
            configuration["OTEL_EXPORTER_OTLP_HEADERS"]);
    }

    private static OtlpExporterOptions Receiver(Uri endpoint, OtlpExportProtocol protocol, string? headers) =>
        new() { Endpoint = endpoint, Protocol = protocol, Headers = headers, TimeoutMilliseconds = ReceiverTimeoutMs };
}
