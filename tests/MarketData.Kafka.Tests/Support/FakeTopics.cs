namespace MarketData.Kafka.Tests.Support;

/// <summary>Topics that exist, or do not, as the test says.</summary>
internal sealed class FakeTopics : ITopicProvisioner
{
    /// <summary>They exist, and take as much in one batch as a producer sends by itself.</summary>
    public static readonly TopicsOutcome Ready = new(TopicsState.Ready, LargestBatch: 1_000_000);

    private volatile Box _outcome = new(Ready);

    public TopicsOutcome Outcome
    {
        set => _outcome = new Box(value);
    }

    public Task<TopicsOutcome> TryAsync(CancellationToken cancellationToken) => Task.FromResult(_outcome.Value);

    private sealed record Box(TopicsOutcome Value);
}
