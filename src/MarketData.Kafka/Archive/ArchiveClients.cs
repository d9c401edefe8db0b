using Confluent.Kafka;

namespace MarketData.Kafka.Archive;

/// <summary>The properties of the archive's consumer.</summary>
internal static class ArchiveClients
{
    private const int MaxPollIntervalMs = 60_000;
    private const int StatisticsIntervalMs = 2_000;
    private const int FetchWaitMs = 100;
    private const int QueuedKibibytes = 16_384;

    /// <summary>
    /// A member of the archive's group. Offsets are committed once their records are in the history: what the library commits by itself when a
    /// partition goes would be an older offset.
    /// </summary>
    public static ConsumerConfig Consumer(KafkaOptions options, ArchiveOptions archive, string source)
    {
        var config = ClientSettings.Member(options, source, archive.Group, MaxPollIntervalMs);
        // A jump that this makes is noticed, and reported as a loss: see ArchiveDesk.
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        config.QueuedMaxMessagesKbytes = QueuedKibibytes;
        config.FetchWaitMaxMs = FetchWaitMs;
        config.StatisticsIntervalMs = StatisticsIntervalMs;
        return config;
    }
}
