using System.Text;
using MarketData.Embedded.Kafka;
using MarketData.Kafka.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests;

/// <summary>The past of one key: the partition it lies in, and where to begin.</summary>
[Trait("kind", "integration")]
[Collection(SharedRealKafka.Name)]
public sealed class KafkaHistoryTests(RealKafka real)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The vectors of Apache Kafka's own test (org.apache.kafka.common.utils.UtilsTest.testMurmur2).
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Hash_is_that_of_java_clients(string key, int hash) => Assert.Equal(hash, (int)Murmur2.Hash(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public async Task One_partition_holds_the_whole_past_of_a_key_and_a_time_at_which_to_begin_loses_nothing()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var options = new KafkaOptions { BootstrapServers = kafka.BootstrapServers };
        await PublishAsync(options);
        foreach (var instrument in (string[])["A", "B", "C-PERPETUAL", "D_USDC-31DEC29-1000-C"])
        {
            Assert.Equal(Json(instrument), await ReadAsync(options, instrument));
            Assert.Equal(Json(instrument), await ReadAsync(options, instrument, everyPartition: true));
            // The embedded broker cannot search by time: then everything is read.
            Assert.Equal(Json(instrument), await ReadAsync(options, instrument, Now().AddMinutes(-1)));
            Assert.Empty(await ReadAsync(options, instrument, Now().AddMinutes(1)));
        }

        // Where another partitioner is configured, the key may be anywhere.
        options.Extra["partitioner"] = "consistent";
        Assert.Equal(Json("B"), await ReadAsync(options, "B"));
    }

    [Fact]
    public async Task Broker_that_can_search_by_time_is_asked_for_the_first_record_of_that_time()
    {
        real.Require();
        var options = new KafkaOptions { BootstrapServers = real.BootstrapServers };
        options.Topics.Trades = "history.market.trades";
        await PublishAsync(options);
        DateTimeOffset? middle = null;
        await foreach (var record in NewTail(options).ReadHistoryAsync(options.Topics.Trades, "deribit.A", cancellationToken: Token))
        {
            if (record.Offset > 2)
                middle ??= DateTimeOffset.FromUnixTimeMilliseconds(record.TimestampUnixMs);
        }

        Assert.Equal(Json("A"), await ReadAsync(options, "A"));
        Assert.Equal(Json("A"), await ReadAsync(options, "A", Now().AddMinutes(-5)));
        var late = await ReadAsync(options, "A", middle);
        Assert.Equal(Json("A")[^late.Count..], late);
        Assert.NotEmpty(late);
        Assert.Empty(await ReadAsync(options, "A", Now().AddMinutes(5)));
    }

    private static async Task PublishAsync(KafkaOptions options)
    {
        await using var lane = new KafkaLane(options, "history-test", TestEvents.Encode, TimeProvider.System, NullLogger<KafkaLane>.Instance);
        await lane.StartAsync(Token);
        for (var id = 1; id <= 5; id++)
        {
            foreach (var instrument in (string[])["A", "B", "C-PERPETUAL", "D_USDC-31DEC29-1000-C"])
                await lane.PublishAsync(TestEvents.Trade(instrument, id), Token);
        }

        Assert.True(await lane.DrainAsync(Token));
    }

    private static async Task<List<string>> ReadAsync(
        KafkaOptions options, string instrument, DateTimeOffset? since = null, bool everyPartition = false)
    {
        var values = new List<string>();
        await foreach (var record in NewTail(options).ReadHistoryAsync(
            options.Topics.Trades, "deribit." + instrument, since?.ToUnixTimeMilliseconds(), everyPartition, Token))
        {
            Assert.Equal("deribit." + instrument, record.Key);
            values.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
        }

        return values;
    }

    private static List<string> Json(string instrument) =>
        [.. Enumerable.Range(1, 5).Select(id => TestEvents.Json("deribit." + instrument, id))];

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    private static KafkaTail NewTail(KafkaOptions options) => new(options, TimeProvider.System, NullLogger<KafkaTail>.Instance);
}
