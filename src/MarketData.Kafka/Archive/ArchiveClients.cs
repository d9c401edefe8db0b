using Confluent.Kafka;

namespace MarketData.Kafka.Archive;

/// <summary>The properties of the archive's consumer.</summary>
internal static class ArchiveClients
{
    private const int HeartbeatsPerSession = 6;
    private const int MaxPollIntervalMs = 60_000;
    private const int SocketTimeoutMs = 10_000;
    private const int MetadataIntervalMs = 10_000;
    private const int StatisticsIntervalMs = 2_000;
    private const int FetchWaitMs = 100;
    private const int QueuedKibibytes = 16_384;

    /// <summary>
    /// A member of the archive's group. Offsets are committed by hand, once their records are in the history: what the library commits by itself
    /// when a partition goes would be an older offset. Cooperative: what stays with a member is not interrupted by a rebalance.
    /// </summary>
    public static ConsumerConfig Consumer(KafkaOptions options, ArchiveOptions archive, string source)
    {
        var session = (int)options.SessionTimeout.TotalMilliseconds;
        return new ConsumerConfig(ClientSettings.Common(options, source))
        {
            GroupId = archive.Group,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            SessionTimeoutMs = session,
            HeartbeatIntervalMs = session / HeartbeatsPerSession,
            MaxPollIntervalMs = Math.Max(MaxPollIntervalMs, session),
            SocketTimeoutMs = SocketTimeoutMs,
            TopicMetadataRefreshIntervalMs = MetadataIntervalMs,
            EnableAutoOffsetStore = false,
            EnableAutoCommit = false,
            // A jump that this makes is noticed, and reported as a loss: see ArchiveDesk.
            AutoOffsetReset = AutoOffsetReset.Earliest,
            AllowAutoCreateTopics = false,
            QueuedMaxMessagesKbytes = QueuedKibibytes,
            FetchWaitMaxMs = FetchWaitMs,
            StatisticsIntervalMs = StatisticsIntervalMs,
        };
    }
}
