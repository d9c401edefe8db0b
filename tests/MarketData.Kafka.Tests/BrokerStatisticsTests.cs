namespace MarketData.Kafka.Tests;

public sealed class BrokerStatisticsTests
{
    [Theory]
    [InlineData("""{"name":"p","brokers":{"h:1/1":{"name":"h:1/1","nodeid":1,"state":"UP","req":{"a":1}}},"topics":{}}""", true)]
    [InlineData("""{"name":"p","brokers":{"h:1/1":{"state":"DOWN"},"h:2/2":{"toppars":{"t-0":{"topic":"t"}},"state":"UP"}}}""", true)]
    [InlineData("""{"name":"p","brokers":{"h:1/1":{"state":"DOWN"}},"topics":{"state":{"state":"UP"}}}""", false)]
    [InlineData("""{"name":"p","window":{"state":"UP"},"brokers":{}}""", false)]
    [InlineData("""{"name":"p"}""", false)]
    public void A_broker_is_up_when_its_own_state_says_so(string statistics, bool up) =>
        Assert.Equal(up, BrokerStatistics.AnyBrokerUp(statistics));
}
