namespace MarketData.Kafka;

/// <summary>The names of the topics (section <c>[kafka.topics]</c>).</summary>
public sealed class KafkaTopics
{
    /// <summary>Order book events; default <c>market.orderbook</c>.</summary>
    public string OrderBook { get; set; } = "market.orderbook";

    /// <summary>Trades; default <c>market.trades</c>.</summary>
    public string Trades { get; set; } = "market.trades";

    /// <summary>Tickers; default <c>market.ticker</c>.</summary>
    public string Ticker { get; set; } = "market.ticker";

    /// <summary>The compacted control topic; default <c>market.symbols</c>.</summary>
    public string Symbols { get; set; } = "market.symbols";

    /// <summary>Compacted: who holds which share, and how far each trade tape is durable; default <c>market.checkpoints</c>.</summary>
    public string Checkpoints { get; set; } = "market.checkpoints";

    /// <summary>Integrity events; default <c>market.integrity</c>.</summary>
    public string Integrity { get; set; } = "market.integrity";

    /// <summary>Frames and messages that could not be used; default <c>market.dead-letter</c>.</summary>
    public string DeadLetter { get; set; } = "market.dead-letter";

    /// <summary>Whether a topic must be compacted: without, its oldest records go, and with them what still holds.</summary>
    internal bool IsCompacted(string name) => name == Symbols || name == Checkpoints;

    /// <summary>Each name with the key it is configured by.</summary>
    internal IEnumerable<(string Key, string Name)> Named() =>
    [
        ("orderbook", OrderBook), ("trades", Trades), ("ticker", Ticker),
        ("symbols", Symbols), ("checkpoints", Checkpoints), ("integrity", Integrity), ("dead_letter", DeadLetter),
    ];
}
