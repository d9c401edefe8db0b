namespace MarketData.Kafka.Replicas;

/// <summary>A claim on its way: written, and not read back yet.</summary>
/// <param name="Term">Its term.</param>
/// <param name="Former">The claim before it; null when there was none.</param>
/// <param name="WrittenAt">When it was written last, as a timestamp of the clock.</param>
internal sealed record Grant(long Term, Claim? Former, long WrittenAt);
