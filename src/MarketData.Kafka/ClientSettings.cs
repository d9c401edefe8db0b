using System.Globalization;
using Confluent.Kafka;

namespace MarketData.Kafka;

/// <summary>Turns <see cref="KafkaOptions"/> into the properties of librdkafka's clients.</summary>
internal static class ClientSettings
{
    /// <summary>How often a producer says how its brokers do.</summary>
    private const int StatisticsIntervalMs = 2_000;

    /// <summary>
    /// On one broker's connection. A broker takes any sequence number from a producer whose partition it does not know yet: when the first batch
    /// comes back to be sent again (no leader yet, too few replicas) and a second one is on its way, the second is stored, and librdkafka
    /// takes its acknowledgement for that of the first, which is lost. So there is no second one. To be removed when librdkafka waits for
    /// the first acknowledgement of a partition by itself.
    /// </summary>
    public const int RequestsInFlight = 1;

    /// <summary>How long a consumer waits for an answer.</summary>
    public const int SocketTimeoutMs = 10_000;

    private const int HeartbeatsPerSession = 6;
    private const int MetadataIntervalMs = 10_000;

    /// <summary>
    /// While no broker answers, librdkafka begins with the bootstrap servers again and again, each time with a new thread and the shortest
    /// pause: with its own 100 ms (halved) each of a collector's clients does so twenty times a second.
    /// </summary>
    private const int ReconnectBackoffMs = 1_000;

    /// <summary>librdkafka waits up to 10 s between attempts by default: too long for a broker that is back.</summary>
    private const int ReconnectBackoffMaxMs = 2_000;

    /// <summary>Properties that the lane sets itself because its promises rest on them.</summary>
    private static readonly HashSet<string> Owned = new(StringComparer.Ordinal)
    {
        "bootstrap.servers", "metadata.broker.list", "enable.idempotence", "acks", "request.required.acks", "message.timeout.ms",
        "delivery.timeout.ms", "message.send.max.retries", "retries", "transactional.id", "delivery.report.only.error",
        "queue.buffering.max.messages", "queue.buffering.max.kbytes", "linger.ms", "queue.buffering.max.ms", "compression.type",
        "compression.codec", "batch.size", "max.in.flight", "max.in.flight.requests.per.connection", "group.id", "enable.auto.commit",
        "session.timeout.ms", "heartbeat.interval.ms",
        "max.poll.interval.ms", "partition.assignment.strategy", "group.protocol", "group.instance.id",
    };

    private static readonly string[] SecretMarks = ["password", "secret", "pem", "token", "sasl.oauthbearer.config", "jaas"];

    /// <summary>Whether the lane, and not the operator, decides a property.</summary>
    public static bool IsOwned(string property) => Owned.Contains(property) || property.StartsWith("dotnet.", StringComparison.Ordinal);

    /// <summary>The idempotent, lossless producer.</summary>
    public static ProducerConfig Producer(KafkaOptions options, string source)
    {
        var config = new ProducerConfig(Common(options, source))
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            MaxInFlight = RequestsInFlight,
            // 0: librdkafka retries for ever, so a message ends acknowledged or refused, never timed out.
            MessageTimeoutMs = 0,
            CompressionType = Compression(options.Compression),
            LingerMs = options.Linger.TotalMilliseconds,
            QueueBufferingMaxMessages = options.ProducerQueueMessages,
            QueueBufferingMaxKbytes = options.ProducerQueueKibibytes,
            StatisticsIntervalMs = StatisticsIntervalMs,
            DeliveryReportFields = "value,status",
        };
        // The partition that Java clients choose for the same key.
        SetDefault(config, "partitioner", "murmur2_random");
        return config;
    }

    /// <summary>A client that asks about topics and creates them.</summary>
    public static AdminClientConfig Admin(KafkaOptions options, string source) => new(Common(options, source));

    /// <summary>
    /// A member of a consumer group, whose offsets are committed by hand. Cooperative: what stays with a member is not interrupted by a rebalance.
    /// </summary>
    /// <param name="options">Where Kafka is.</param>
    /// <param name="clientId">Names the process to Kafka.</param>
    /// <param name="group">The group.</param>
    /// <param name="maxPollIntervalMs">
    /// How long it may be deaf for its group, in milliseconds: it bounds how long a revocation may take, and how long others wait for a member
    /// that does not rejoin.
    /// </param>
    public static ConsumerConfig Member(KafkaOptions options, string clientId, string group, int maxPollIntervalMs)
    {
        var session = (int)options.SessionTimeout.TotalMilliseconds;
        return new ConsumerConfig(Common(options, clientId))
        {
            GroupId = group,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            SessionTimeoutMs = session,
            HeartbeatIntervalMs = session / HeartbeatsPerSession,
            MaxPollIntervalMs = Math.Max(maxPollIntervalMs, session),
            SocketTimeoutMs = SocketTimeoutMs,
            TopicMetadataRefreshIntervalMs = MetadataIntervalMs,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AllowAutoCreateTopics = false,
        };
    }

    /// <summary>A consumer that reads along and leaves no trace in the cluster.</summary>
    public static ConsumerConfig Tail(KafkaOptions options, TimeSpan fetchWait) => new(Common(options, "marketdata-tail"))
    {
        GroupId = "marketdata-tail",
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        EnablePartitionEof = true,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        FetchWaitMaxMs = (int)fetchWait.TotalMilliseconds,
        AllowAutoCreateTopics = false,
    };

    /// <summary>Takes the values of secret properties out of a text.</summary>
    public static string Redact(KafkaOptions options, string text)
    {
        foreach (var secret in options.Security.Secrets)
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        foreach (var (property, value) in options.Extra)
        {
            if (value.Length > 0 && SecretMarks.Any(mark => property.Contains(mark, StringComparison.Ordinal)))
                text = text.Replace(value, "***", StringComparison.Ordinal);
        }
        return text;
    }

    internal static Dictionary<string, string> Common(KafkaOptions options, string clientId)
    {
        var properties = new Dictionary<string, string>(options.Extra, StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = options.BootstrapServers,
        };
        foreach (var (property, value) in options.Security.Properties())
            properties.TryAdd(property, value);
        properties.TryAdd("client.id", clientId);
        properties.TryAdd("socket.keepalive.enable", "true");
        // Together, or the shortest pause could be longer than the longest.
        if (!properties.ContainsKey("reconnect.backoff.ms") && !properties.ContainsKey("reconnect.backoff.max.ms"))
        {
            properties.Add("reconnect.backoff.ms", ReconnectBackoffMs.ToString(CultureInfo.InvariantCulture));
            properties.Add("reconnect.backoff.max.ms", ReconnectBackoffMaxMs.ToString(CultureInfo.InvariantCulture));
        }
        return properties;
    }

    private static void SetDefault(ClientConfig config, string property, string value)
    {
        if (config.All(pair => pair.Key != property))
            config.Set(property, value);
    }

    private static CompressionType Compression(KafkaCompression compression) => compression switch
    {
        KafkaCompression.None => CompressionType.None,
        KafkaCompression.Gzip => CompressionType.Gzip,
        KafkaCompression.Snappy => CompressionType.Snappy,
        KafkaCompression.Zstd => CompressionType.Zstd,
        _ => CompressionType.Lz4,
    };
}
