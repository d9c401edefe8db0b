namespace MarketData.Embedded.Kafka;

/// <summary>What an <see cref="EmbeddedKafka"/> starts with.</summary>
public sealed class EmbeddedKafkaOptions
{
    /// <summary>How many brokers, 1 to 10; default 1. Each listens on a loopback port of its own.</summary>
    public int Brokers { get; init; } = 1;

    /// <summary>
    /// The loopback port that clients begin at, 0 to 65,535; 0, the default: the first broker's own, which cannot be chosen. What comes to another
    /// port is passed on to the first broker; clients learn the brokers' own ports from it, and go there.
    /// </summary>
    public int Port { get; init; }

    /// <summary>The topics that exist from the start; default the topics that the collectors write and read.</summary>
    public IReadOnlyList<string> Topics { get; init; } =
        
    [
        "market.orderbook", "market.trades", "market.ticker", "market.symbols", "market.checkpoints", "market.integrity",
        "market.dead-letter",
    ];

    /// <summary>
    /// Partitions of each of <see cref="Topics"/>, 1 to 100; default 12. Every partition keeps at most 5 MiB or 100,000 batches, so more
    /// partitions hold more.
    /// </summary>
    public int Partitions { get; init; } = 12;
}
