using System.Net;
using System.Net.Sockets;
using MarketData.Embedded.Kafka;

namespace MarketData.Embedded.Tests.Kafka;

/// <summary>A port that stands for another one: bytes, ends and breaks go through as they are.</summary>
[Trait("kind", "integration")]
public sealed class TcpForwarderTests : IAsyncDisposable
{
    private readonly TcpForwarder _forwarder;
    private TcpListener _target = new(IPAddress.Loopback, 0);

    public TcpForwarderTests()
    {
        _target.Start(512);
        _forwarder = TcpForwarder.Start(0, (IPEndPoint)_target.LocalEndpoint);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _forwarder.DisposeAsync();
        _target.Dispose();
    }

    [Fact]
    public async Task Client_that_has_sent_everything_still_gets_the_whole_answer()
    {
        var (client, server) = await ConnectAsync();
        using (client)
        using (server)
        {
            // More than every buffer on the way, so that the ends and the bytes would overtake each other if they could.
            var question = Bytes(seed: 1, 3_000_000);
            var answer = Bytes(seed: 2, 3_000_000);
            var sending = SendAsync(client, question);
            Assert.Equal(question, await ReadToEndAsync(server));
            await sending;
            await Task.WhenAll(SendAsync(server, answer), AssertReadsAsync(client, answer));
        }
    }

    [Fact]
    public async Task Server_that_has_sent_everything_still_gets_what_the_client_sends()
    {
        var (client, server) = await ConnectAsync();
        using (client)
        using (server)
        {
            await SendAsync(server, [1, 2, 3]);
            Assert.Equal([1, 2, 3], await ReadToEndAsync(client));
            await SendAsync(client, [4, 5]);
            Assert.Equal([4, 5], await ReadToEndAsync(server));
        }
    }

    [Fact]
    public async Task Many_connections_at_once_do_not_mix()
    {
        const int Connections = 200;
        var echo = EchoAsync(Connections);
        await Parallel.ForAsync(0, Connections, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token }, async (number, _) =>
        {
            using var client = await DialAsync();
            var bytes = Bytes(number, 20_000);
            await Task.WhenAll(SendAsync(client, bytes), AssertReadsAsync(client, bytes));
        });
        await echo;
    }

    [Fact]
    public async Task Connection_that_one_side_breaks_off_is_broken_off_on_the_other()
    {
        var (client, server) = await ConnectAsync();
        client.Close(0);
        await AssertBrokenAsync(server);
        server.Dispose();

        (client, server) = await ConnectAsync();
        server.Close(0);
        await AssertBrokenAsync(client);
        client.Dispose();
    }

    [Fact]
    public async Task Client_is_broken_off_while_the_target_is_away_and_served_when_it_is_back()
    {
        var place = (IPEndPoint)_target.LocalEndpoint;
        _target.Dispose();
        try
        {
            using var client = await DialAsync();
            await AssertBrokenAsync(client);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Broken off before the call to connect had returned.
        }

        _target = new TcpListener(place);
        _target.Start();
        var (again, server) = await ConnectAsync();
        using (again)
        using (server)
        {
            await SendAsync(again, [7]);
            Assert.Equal([7], await ReadToEndAsync(server));
        }
    }

    [Fact]
    public async Task End_of_the_forwarder_breaks_connections_off_and_frees_the_port()
    {
        var (client, server) = await ConnectAsync();
        using (client)
        using (server)
        {
            await _forwarder.DisposeAsync();
            await AssertBrokenAsync(client);
            await AssertBrokenAsync(server);
        }

        await using var again = TcpForwarder.Start(_forwarder.Port, (IPEndPoint)_target.LocalEndpoint);
        Assert.Equal(_forwarder.Port, again.Port);
    }

    [Fact]
    public async Task Port_that_is_taken_is_an_error_that_names_it_and_leaves_no_cluster_behind()
    {
        var port = ((IPEndPoint)_target.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<IOException>(() => EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions { Port = port }, Token));
        Assert.Contains($"could not open 127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("Choose another port", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65_536)]
    public async Task Port_that_is_none_is_refused(int port) => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        () => EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions { Port = port }, Token));

    private static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent), Token);
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, Token) is > 0 and var count)
            read.Write(buffer, 0, count);
        return read.ToArray();
    }

    private static async Task AssertReadsAsync(Socket socket, byte[] bytes) => Assert.Equal(bytes, await ReadToEndAsync(socket));

    private static async Task AssertBrokenAsync(Socket socket)
    {
        var broken = await Assert.ThrowsAsync<SocketException>(async () => await socket.ReceiveAsync(new byte[1], Token));
        Assert.Equal(SocketError.ConnectionReset, broken.SocketErrorCode);
    }

    private async Task EchoAsync(int connections)
    {
        var answers = new List<Task>();
        for (var accepted = 0; accepted < connections; accepted++)
            answers.Add(AnswerAsync(await _target.AcceptSocketAsync(Token)));
        await Task.WhenAll(answers);

        static async Task AnswerAsync(Socket socket)
        {
            using (socket)
                await SendAsync(socket, await ReadToEndAsync(socket));
        }
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = await DialAsync();
        return (client, await _target.AcceptSocketAsync(Token));
    }

    private async Task<Socket> DialAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _forwarder.Port, Token);
        return client;
    }
}
