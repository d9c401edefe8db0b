namespace MarketData.Kafka.Archive;

/// <summary>How far an archive came before its Kafka ended.</summary>
/// <param name="Records">The records that the topics ever got; null: Kafka did not say.</param>
/// <param name="Behind">Those of them that are neither stored nor dead letters nor known to be gone.</param>
public sealed record ArchiveEnd(long? Records, long Behind)
{
    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Records is not null && Behind == 0;
}
