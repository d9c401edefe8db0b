using MarketData.Pipeline;
using MarketData.Redis.Replicas;
using Microsoft.Extensions.Logging;

namespace MarketData.Redis.Slots;

/// <summary>What all slots of a lane share.</summary>
internal sealed record SlotContext(
    RedisOptions Options, LaneCounters Counters, SlotQueue Queue, LaneHealth Health, LaneEncoding Encoding, TimeProvider Time, ILogger Logger,
    Action<long>? RecordAcknowledged);
