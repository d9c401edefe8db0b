namespace MarketData.Kafka.Tests.Support;

/// <summary>Topics that exist, or do not, as the test says.</summary>
internal sealed class FakeTopics : ITopicProvisioner
{
    private volatile Box _outcome = new(new TopicsOutcome(TopicsState.Ready));

    public TopicsOutcome Outcome
    {
        set => _outcome = new Box(value);
    }

    public Task<TopicsOutcome> TryAsync(CancellationToken cancellationToken) => Task.FromResult(_outcome.Value);

    private sealed record Box(TopicsOutcome Value);
}
