using System.Text;
using MarketData.Kafka.Replicas;

namespace MarketData.Kafka.Tests.Replicas;

public sealed class KeyPartitionerTests
{
    // The vectors of Kafka's own UtilsTest.testMurmur2.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Hash_is_that_of_the_Java_client(string key, int expected) =>
        Assert.Equal(expected, (int)KeyPartitioner.Hash(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Partition_is_within_the_topic_for_any_key()
    {
        for (var key = 0; key < 1_000; key++)
            Assert.InRange(KeyPartitioner.Of($"deribit.{key}{new string('x', key % 300)}", 7), 0, 6);
    }
}
