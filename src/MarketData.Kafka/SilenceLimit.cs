using Confluent.Kafka;

namespace MarketData.Kafka;

/// <summary>
/// Ends a reading of the past when the brokers give nothing for too long: a client waits for ever for a broker that does not come back.
/// </summary>
internal sealed class SilenceLimit(KafkaOptions options, TopicPartition partition, TimeSpan limit, TimeProvider timeProvider)
{
    private long _heardAt = timeProvider.GetTimestamp();

    /// <summary>Something came.</summary>
    public void Heard() => _heardAt = timeProvider.GetTimestamp();

    /// <summary>Nothing came.</summary>
    /// <param name="at">The last offset that was read or asked for.</param>
    /// <param name="end">The offset up to which the reading goes.</param>
    /// <exception cref="SinkError">Nothing came for too long.</exception>
    public void Check(Offset at, Offset end)
    {
        if (timeProvider.GetElapsedTime(_heardAt) < limit)
            return;
        throw new SinkError(
            "kafka",
            $"The topic {partition.Topic} cannot be read on {options.BootstrapServers}: partition {partition.Partition.Value} gave nothing for " +
            $"{limit.TotalSeconds:0} s, at offset {at.Value} of {end.Value}. Check that Kafka is up.");
    }
}
