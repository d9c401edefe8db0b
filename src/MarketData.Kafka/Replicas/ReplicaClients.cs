using System.Globalization;
using Confluent.Kafka;

namespace MarketData.Kafka.Replicas;

/// <summary>The properties of the clients that replicas need besides the lane's producer.</summary>
internal static class ReplicaClients
{
    /// <summary>
    /// How long a member may be deaf for its group, in milliseconds: it bounds how long a revocation may take, and how long others wait for
    /// a member that does not rejoin.
    /// </summary>
    public const int MaxPollIntervalMs = 30_000;

    private const int ClaimTimeoutMs = 3_000;
    private const int FetchWaitMs = 20;

    /// <summary>The member of the replicas' group.</summary>
    public static ConsumerConfig Member(KafkaOptions options, string source, string collector)
    {
        var config = ClientSettings.Member(options, source, $"{options.GroupPrefix}.{collector}", MaxPollIntervalMs);
        // The records are read by another consumer: this one only takes part.
        config.AutoOffsetReset = AutoOffsetReset.Latest;
        return config;
    }

    /// <summary>A reader of whole topics: in no group, leaves no trace.</summary>
    public static ConsumerConfig Reader(KafkaOptions options, string source) => new(ClientSettings.Common(options, source))
    {
        // Required by the library; never joined.
        GroupId = string.Create(CultureInfo.InvariantCulture, $"{options.GroupPrefix}.reader"),
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        EnablePartitionEof = true,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        FetchWaitMaxMs = FetchWaitMs,
        SocketTimeoutMs = ClientSettings.SocketTimeoutMs,
        AllowAutoCreateTopics = false,
    };

    /// <summary>
    /// The writer of claims and checkpoints. A value that could not be written within seconds is worthless, the next one follows; one
    /// request at a time keeps the order without the idempotent producer's state.
    /// </summary>
    public static ProducerConfig Writer(KafkaOptions options, string source) => new(ClientSettings.Common(options, source))
    {
        Acks = Acks.All,
        MaxInFlight = 1,
        MessageTimeoutMs = ClaimTimeoutMs,
        LingerMs = 1,
        CompressionType = CompressionType.Lz4,
        AllowAutoCreateTopics = false,
    };
}
