using System.Diagnostics.Metrics;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Counts log records that no receiver got. What did not fit into the queue before a receiver is counted by the SDK itself, as
/// <c>otel.sdk.processor.log.processed</c> with <c>error.type</c> <c>queue_full</c>. Any thread.
/// </summary>
internal sealed class TelemetryLoss(IMeterFactory meters)
{
    /// <summary>The SDK's meter of itself.</summary>
    public const string SdkMeter = "otel.sdk.experimental";

    private readonly Counter<long> _lost = meters.Create("marketdata.telemetry").CreateCounter<long>(
        "marketdata.telemetry.undelivered", "{record}", "Log records that a receiver over OTLP did not take.");

    /// <summary>So many records were not delivered.</summary>
    public void Add(long records) => _lost.Add(records);
}
