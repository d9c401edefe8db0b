namespace MarketData.Kafka.Tests.Support;

/// <summary>Three brokers, for the tests that take minutes.</summary>
public sealed class ThreeBrokers : RealKafka
{
    protected override bool IsWanted => LongTests.AreWanted;

    protected override IReadOnlyList<string> Arguments => ["--brokers", "3", "--set", "auto.create.topics.enable=false"];
}
