using System.Diagnostics.Metrics;

namespace MarketData.Kafka.Replicas;

/// <summary>The replicas' instruments on the meter of the Kafka room: read on the exporter's thread.</summary>
internal static class ReplicaMetrics
{
    public static void Create(IMeterFactory meters, string collector, KafkaOwnership ownership)
    {
        var tag = new KeyValuePair<string, object?>("collector", collector);
        var meter = meters.Create(KafkaMetrics.MeterName);
        meter.CreateObservableGauge(
            "marketdata.replica.partitions", () => new Measurement<int>(ownership.OwnedPartitions, tag), "{partition}",
            "Partitions of the symbols that this replica holds.");
        meter.CreateObservableGauge(
            "marketdata.replica.silent_partitions", () => new Measurement<int>(ownership.SilentPartitions, tag), "{partition}",
            "Partitions of the symbols whose owner does not renew its claim: nobody collects them.");
        meter.CreateObservableCounter(
            "marketdata.replica.rebalances", () => new Measurement<long>(ownership.Rebalances, tag), "{rebalance}",
            "How often the group changed this replica's share.");
        meter.CreateObservableGauge(
            "marketdata.replica.lease_age", () => Age(ownership, tag), "s", "Time since the membership was proven.");
    }

    private static IEnumerable<Measurement<double>> Age(KafkaOwnership ownership, KeyValuePair<string, object?> tag) =>
        ownership.LeaseAge is { } age ? [new Measurement<double>(age.TotalSeconds, tag)] : [];
}
