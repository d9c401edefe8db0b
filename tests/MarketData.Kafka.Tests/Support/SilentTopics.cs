namespace MarketData.Kafka.Tests.Support;

/// <summary>Topics of brokers that do not tell how large a batch may be.</summary>
internal sealed class SilentTopics(ITopicProvisioner topics) : ITopicProvisioner
{
    public async Task<TopicsOutcome> TryAsync(CancellationToken cancellationToken) =>
        await topics.TryAsync(cancellationToken) with { LargestBatch = null };
}
