using MarketData.Pipeline;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>What the halves of one lane share.</summary>
internal sealed record LaneParts(
    KafkaOptions Options,
    LaneCounters Counters,
    KafkaLaneCounters Troubles,
    KafkaHealth Health,
    LagHistogram? Lag,
    TimeProvider TimeProvider,
    ILogger Logger);
