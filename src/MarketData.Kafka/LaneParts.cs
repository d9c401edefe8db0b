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
    ILogger Logger)
{
    /// <summary>Whether an instrument may be published by this process.</summary>
    public IPublishGate Gate { get; init; } = OpenGate.Instance;

    /// <summary>Hears of acknowledged trades.</summary>
    public IAcknowledgedTrades? Trades { get; init; }

    /// <summary>A number from 0 to 1 for every wait that is spread; a replayed run brings its own.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;
}
