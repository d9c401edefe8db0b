namespace MarketData.Kafka;

/// <summary>
/// Ends a reading of the past when the brokers give nothing for too long: a client waits for ever for a broker that does not come back.
/// </summary>
internal sealed class SilenceLimit(KafkaOptions options, string topic, TimeSpan limit, TimeProvider timeProvider)
{
    /// <summary>Looks in vain at least: time during which this process was stopped counts for nothing.</summary>
    private const int FewestLooks = 10;

    private long _heardAt = timeProvider.GetTimestamp();
    private int _looks;

    /// <summary>Something came.</summary>
    public void Heard() => (_heardAt, _looks) = (timeProvider.GetTimestamp(), 0);

    /// <summary>Nothing came.</summary>
    /// <exception cref="SinkError">Nothing came for too long.</exception>
    public void Check()
    {
        if (++_looks < FewestLooks || timeProvider.GetElapsedTime(_heardAt) < limit)
            return;
        throw new SinkError(
            "kafka",
            $"The topic {topic} cannot be read to its end on {options.BootstrapServers}: nothing came for {limit.TotalSeconds:0} s. Check that " +
            "Kafka is up.");
    }
}
