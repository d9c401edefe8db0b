namespace MarketData.Kafka.Tests.Support;

/// <summary>
/// The tests that share one real broker. They run one after another: some of them freeze it, and its start takes longer than most of them.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SharedRealKafka : ICollectionFixture<RealKafka>
{
    public const string Name = "one real Kafka";
}
