using System.Diagnostics.Metrics;

namespace MarketData.Kafka;

/// <summary>
/// The Kafka lane's meter, <c>marketdata.kafka</c>: what the conservation law does not count. Observable instruments over counters that the
/// lane keeps anyway, read on the exporter's thread.
/// </summary>
internal static class KafkaMetrics
{
    public const string MeterName = "marketdata.kafka";

    public static void Create(IMeterFactory meters, string collector, KafkaLaneCounters counters)
    {
        var tag = new KeyValuePair<string, object?>("collector", collector);
        var meter = meters.Create(MeterName);
        Add("marketdata.kafka.queue_full", () => counters.QueueFullPauses, "{pause}", "Pauses because the producer's own queue was full.");
        Add("marketdata.kafka.dead_letters", () => counters.DeadLetters, "{message}", "Messages on the dead-letter topic.");
        Add("marketdata.kafka.dead_letters_lost", () => counters.DeadLettersLost, "{message}", "Dead letters that could not be kept.");
        Add("marketdata.kafka.rebuilds", () => counters.ProducerRebuilds, "{producer}", "Producers replaced after a fatal error.");
        Add("marketdata.kafka.resent", () => counters.Resent, "{message}", "Messages sent again that a broker may already hold.");
        Add("marketdata.kafka.fenced", () => counters.Fenced, "{message}", "Events and dead letters that another replica's ownership kept back.");
        Add("marketdata.kafka.spilled", () => counters.SpilledEver, "{event}", "Events that went to disk.");
        meter.CreateObservableGauge(
            "marketdata.kafka.spill_size", () => new Measurement<long>(counters.SpillBytes, tag), "By", "Bytes on disk that wait for Kafka.");

        void Add(string name, Func<long> value, string unit, string description) =>
            meter.CreateObservableCounter(name, () => new Measurement<long>(value(), tag), unit, description);
    }
}
