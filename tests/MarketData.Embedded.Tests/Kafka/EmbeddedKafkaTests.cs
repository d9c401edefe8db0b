using System.Globalization;
using System.Net.Sockets;
using MarketData.Embedded.Kafka;

namespace MarketData.Embedded.Tests.Kafka;

/// <summary>The cluster from outside: its ports. What it stores is tested with a client, in the tests of the Kafka sink.</summary>
[Trait("kind", "integration")]
public sealed class EmbeddedKafkaTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Started_cluster_listens_on_a_loopback_port_per_broker_until_disposed()
    {
        string[] servers;
        await using (var kafka = await EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions { Brokers = 3 }, Token))
        {
            servers = kafka.BootstrapServers.Split(',');
            Assert.Equal(3, servers.Distinct().Count());
            foreach (var server in servers)
            {
                Assert.StartsWith("127.0.0.1:", server, StringComparison.Ordinal);
                Assert.True(await AnswersAsync(server));
            }
        }
        foreach (var server in servers)
            Assert.False(await AnswersAsync(server));
    }

    [Fact]
    public async Task Two_clusters_live_side_by_side()
    {
        await using var one = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await using var two = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        Assert.NotEqual(one.BootstrapServers, two.BootstrapServers);
    }

    [Fact]
    public async Task Broker_that_is_down_refuses_and_is_back_on_the_same_port()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        kafka.Down();
        Assert.False(await AnswersAsync(kafka.BootstrapServers));
        kafka.Up();
        Assert.True(await AnswersAsync(kafka.BootstrapServers));
    }

    [Theory]
    [InlineData(0, 12)]
    [InlineData(11, 12)]
    [InlineData(1, 0)]
    [InlineData(1, 101)]
    public async Task Number_out_of_range_is_refused(int brokers, int partitions) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        () => EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions { Brokers = brokers, Partitions = partitions }, Token));

    [Fact]
    public async Task Topic_that_exists_cannot_be_created_again()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        kafka.CreateTopic("another", 3);
        Assert.Throws<InvalidOperationException>(() => kafka.CreateTopic("another", 3));
    }

    [Fact]
    public async Task Disposed_cluster_says_so_and_may_be_disposed_again()
    {
        var kafka = await EmbeddedKafka.StartAsync(cancellationToken: Token);
        await kafka.DisposeAsync();
        await kafka.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(kafka.Down);
    }

    private static async Task<bool> AnswersAsync(string server)
    {
        var colon = server.LastIndexOf(':');
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(server[..colon], int.Parse(server[(colon + 1)..], CultureInfo.InvariantCulture), Token);
            // A broker that is down may still complete the connect; it then closes at once, while one that is up waits for a request.
            var read = client.GetStream().ReadAsync(new byte[1], Token).AsTask();
            var closed = await Task.WhenAny(read, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Token)) == read;
            return !closed;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
