namespace MarketData.Kafka;

/// <summary>Sees to it that the topics exist.</summary>
internal interface ITopicProvisioner
{
    /// <summary>Looks for the topics and creates those that are missing, once.</summary>
    Task<TopicsOutcome> TryAsync(CancellationToken cancellationToken);
}
