namespace MarketData.Kafka;

/// <summary>How to reach Kafka and how to write to it (section <c>[kafka]</c>). Checked by <see cref="KafkaOptionsValidator"/>.</summary>
public sealed class KafkaOptions
{
    /// <summary>Where the brokers are, as <c>host:port</c> separated by commas (<c>bootstrap_servers</c>). Required.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>The topics' names.</summary>
    public KafkaTopics Topics { get; set; } = new();

    /// <summary>Partitions of a topic that the lane creates, 1 to 10,000; default 12. An existing topic keeps its own.</summary>
    public int Partitions { get; set; } = 12;

    /// <summary>Replicas of a topic that the lane creates, 1 to 100, or -1 for the broker's default; default -1.</summary>
    public short ReplicationFactor { get; set; } = -1;

    /// <summary>Compression of batches; default <see cref="KafkaCompression.Lz4"/>.</summary>
    public KafkaCompression Compression { get; set; } = KafkaCompression.Lz4;

    /// <summary>How long a batch may wait for more messages, 0 to 10 s in whole milliseconds; default 5 ms.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Events that may wait to be handed to the producer, 1 to 10,000,000; default 200,000. When all are taken, publishing waits.
    /// </summary>
    public int QueueCapacity { get; set; } = 200_000;

    /// <summary>Encoded messages that the producer holds until they are acknowledged, 1 to 10,000,000; default 100,000.</summary>
    public int ProducerQueueMessages { get; set; } = 100_000;

    /// <summary>
    /// Kibibytes of encoded messages that the producer holds until they are acknowledged, 1 to 2,097,151; default 262,144 (256 MiB).
    /// </summary>
    public int ProducerQueueKibibytes { get; set; } = 262_144;

    /// <summary>How long publishing may wait for room before the lane calls itself full, 0 to 1 h; default 5 s.</summary>
    public TimeSpan FullGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How old the oldest message without an acknowledgement may be before the lane calls itself degraded, 1 ms to 1 h; default 5 s.
    /// </summary>
    public TimeSpan StallGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often in a row, without one acknowledgement between, a broken producer is rebuilt before the lane fails, 1 to 1,000; default
    /// 10.
    /// </summary>
    public int RebuildAttempts { get; set; } = 10;

    /// <summary>Where events wait while Kafka is away.</summary>
    public KafkaSpillOptions Spill { get; set; } = new();

    /// <summary>How to log in.</summary>
    public KafkaSecurityOptions Security { get; set; } = new();

    /// <summary>What the consumer groups' names begin with: <c>marketdata.trades</c>; default <c>marketdata</c>.</summary>
    public string GroupPrefix { get; set; } = "marketdata";

    /// <summary>
    /// Silence after which the group takes a replica for dead, 2 s to 300 s; default 6 s, the least that Kafka takes by default.
    /// </summary>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// How old the last trade of an instrument that the exchange lists no more is when it is forgotten where its tape ended, 1 to 365 days;
    /// default 3 days. Longer than the exchange keeps trades (Deribit: about a day), or a tape whose instrument comes back would not go on.
    /// </summary>
    public TimeSpan TradeEndsKept { get; set; } = TimeSpan.FromDays(3);

    /// <summary>
    /// Further properties of librdkafka by their own names; they go before what <see cref="Security"/> says. Those that the lane's promises
    /// rest on (acks, idempotence, message time-out) cannot be set. Never logged.
    /// </summary>
    public IDictionary<string, string> Extra { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
