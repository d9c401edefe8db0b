using MarketData.Pipeline;
using Microsoft.Extensions.Logging;

namespace MarketData.Redis.Slots;

/// <summary>What all slots of a lane share.</summary>
internal sealed record SlotContext(
    RedisOptions Options, LaneCounters Counters, SlotQueue Queue, LaneHealth Health, EventEncoder Encoder, TimeProvider Time, ILogger Logger,
    LagHistogram Lag);
