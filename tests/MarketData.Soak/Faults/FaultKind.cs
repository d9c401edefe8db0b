namespace MarketData.Soak.Faults;

/// <summary>Everything that the soak breaks.</summary>
internal enum FaultKind
{
    // One frame of one channel.
    FrameDropped,
    FrameDuplicated,
    FramesSwapped,
    FrameCorrupted,
    FrameTruncated,
    NumberUnusable,
    BookCrossed,
    SnapshotUnasked,
    ChannelMute,

    // Subscribing and calling.
    SnapshotMissing,
    ChannelRefused,
    ReplyDelayed,
    ReplyLost,
    TooManyRequests,
    TooManyRequestsAndClose,

    // The connection.
    ClosedByServer,
    ReadTooSlowly,
    ConnectionReset,
    ConnectionHalfOpen,
    ConnectionSilent,
    ConnectionBroken,
    ConnectFails,
    ConnectRefusedTooMany,
    Maintenance,
    OddFrame,

    // Clocks.
    WallClockStep,
    ExchangeClockAhead,

    // Trades.
    TradeSequenceSkips,
    TradeSequenceRestarts,
    TradeBurst,

    // What is collected.
    InstrumentListed,
    InstrumentExpires,
    SymbolsChange,

    // The sinks.
    KafkaSlow,
    KafkaAway,
    KafkaQueueFull,
    KafkaProducerBreaks,
    KafkaRefusesMessage,
    RedisAway,
    RedisSlow,
    RedisRestarts,

    // The collector itself.
    CollectorRestarts,
    CollectorKilled,
}
