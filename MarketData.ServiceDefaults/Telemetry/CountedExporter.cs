using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace MarketData.ServiceDefaults;

/// <summary>Hands log records to an exporter and counts those that it could not deliver. Runs on: the export's own thread.</summary>
internal sealed class CountedExporter(BaseExporter<LogRecord> exporter, TelemetryLoss loss) : BaseExporter<LogRecord>
{
    private bool _isIntroduced;

    /// <inheritdoc />
    public override ExportResult Export(in Batch<LogRecord> batch)
    {
        if (!_isIntroduced)
        {
            // The exporter writes the resource (service.name) of the provider that it belongs to.
            Sdk<LogRecord>.SetParentProvider(exporter, ParentProvider);
            _isIntroduced = true;
        }

        var result = exporter.Export(batch);
        if (result != ExportResult.Success) loss.Add(batch.Count);
        return result;
    }

    /// <inheritdoc />
    protected override bool OnForceFlush(int timeoutMilliseconds) => exporter.ForceFlush(timeoutMilliseconds);

    /// <inheritdoc />
    protected override bool OnShutdown(int timeoutMilliseconds) => exporter.Shutdown(timeoutMilliseconds);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) exporter.Dispose();
        base.Dispose(disposing);
    }

    // The SDK has no public way to wrap an exporter (https://github.com/open-telemetry/opentelemetry-dotnet/issues/4067); to go once it has.
    private static class Sdk<T>
        where T : class
    {
        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ParentProvider")]
        public static extern void SetParentProvider(BaseExporter<T> exporter, BaseProvider? provider);
    }
}
