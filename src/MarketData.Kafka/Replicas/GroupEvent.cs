namespace MarketData.Kafka.Replicas;

/// <summary>What the consumer group told the member.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Partitions">Which partitions of the symbols it concerns.</param>
/// <param name="Count">How many partitions there are.</param>
/// <param name="Done">Set when the partitions may go; null when nobody waits.</param>
internal sealed record GroupEvent(GroupEventKind Kind, IReadOnlyList<int> Partitions, int Count, ManualResetEventSlim? Done = null);
