using System.Diagnostics.Metrics;
using MarketData.History;

namespace MarketData.Kafka.Archive;

/// <summary>
/// The archive's meter, <c>marketdata.archiver</c>: observable instruments over counters that the archive keeps anyway, read on the exporter's
/// thread. <c>records.read = records.stored + dead_letters + returned + waiting</c>.
/// </summary>
internal static class ArchiveMetrics
{
    public const string MeterName = "marketdata.archiver";

    public static void Create(IMeterFactory meters, KafkaArchive archive)
    {
        var (counters, health) = (archive.Counters, archive.Health);
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("marketdata.archiver.read", () => counters.Read, "{record}", "Records taken from Kafka.");
        meter.CreateObservableCounter(
            "marketdata.archiver.stored",
            () => HistoryTables.OfEvents.Select(table => new Measurement<long>(
                counters.StoredIn(table), new KeyValuePair<string, object?>("table", HistoryTables.NameOf(table)))),
            "{record}",
            "Records in the history.");
        meter.CreateObservableCounter("marketdata.archiver.dead_letters", () => counters.DeadLetters, "{record}", "Records that became dead letters.");
        meter.CreateObservableCounter("marketdata.archiver.returned", () => counters.Returned, "{record}", "Records dropped unstored, which Kafka gives again.");
        meter.CreateObservableCounter("marketdata.archiver.lost", () => counters.Lost, "{record}", "Records that Kafka no longer had when they were due.");
        meter.CreateObservableCounter("marketdata.archiver.batches", () => counters.Batches, "{batch}", "Batches that are through.");
        meter.CreateObservableGauge("marketdata.archiver.waiting", () => counters.Waiting, "{record}", "Records read and not through yet.");
        meter.CreateObservableGauge("marketdata.archiver.lag", () => health.Lag, "{record}", "Records in Kafka that have not been read yet.");
        meter.CreateObservableGauge("marketdata.archiver.partitions", () => health.Partitions, "{partition}", "Partitions that this member reads.");
    }
}
