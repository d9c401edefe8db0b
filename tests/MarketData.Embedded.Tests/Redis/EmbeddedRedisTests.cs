using System.Net.Sockets;

namespace MarketData.Embedded.Tests.Redis;

[Trait("kind", "integration")]
public sealed class EmbeddedRedisTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_with_port_zero_answers_on_the_address_it_names()
    {
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: Token);

        using var client = new RespClient();
        await client.ConnectAsync(redis.Port, Token);

        Assert.Equal($"127.0.0.1:{redis.Port}", redis.Address);
        Assert.True(redis.IsRunning);
        Assert.Equal("+PONG", await client.SendAsync(Token, "PING"));
        Assert.Equal("+OK", await client.SendAsync(Token, "SET", "key", "value", "PX", "60000"));
        Assert.Equal("value", await client.SendAsync(Token, "GET", "key"));
    }

    [Fact]
    public async Task Stop_cuts_connections_and_restart_answers_on_the_same_port_without_the_old_data()
    {
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: Token);
        var port = redis.Port;
        using var before = new RespClient();
        await before.ConnectAsync(port, Token);
        Assert.Equal("+OK", await before.SendAsync(Token, "SET", "key", "value"));

        await redis.StopAsync();
        Assert.False(redis.IsRunning);
        using var during = new RespClient();
        await Assert.ThrowsAnyAsync<SocketException>(() => during.ConnectAsync(port, Token));

        await redis.RestartAsync(Token);
        Assert.Equal(port, redis.Port);
        using var after = new RespClient();
        await after.ConnectAsync(port, Token);
        Assert.Null(await after.SendAsync(Token, "GET", "key"));
    }

    [Fact]
    public async Task Start_on_a_taken_port_says_which_port_and_what_to_do()
    {
        await using var first = await EmbeddedRedis.StartAsync(cancellationToken: Token);

        var error = await Assert.ThrowsAsync<IOException>(
            () => EmbeddedRedis.StartAsync(new EmbeddedRedisOptions { Port = first.Port }, Token));

        Assert.Contains(first.Address, error.Message, StringComparison.Ordinal);
        Assert.Contains("Choose another port", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_servers_in_one_process_do_not_share_data()
    {
        await using var one = await EmbeddedRedis.StartAsync(cancellationToken: Token);
        await using var two = await EmbeddedRedis.StartAsync(cancellationToken: Token);
        using var clientOne = new RespClient();
        using var clientTwo = new RespClient();
        await clientOne.ConnectAsync(one.Port, Token);
        await clientTwo.ConnectAsync(two.Port, Token);

        Assert.Equal("+OK", await clientOne.SendAsync(Token, "SET", "key", "one"));

        Assert.Null(await clientTwo.SendAsync(Token, "GET", "key"));
    }

    [Fact]
    public async Task Nothing_is_left_on_disk_or_written_to_the_console()
    {
        var console = Console.Out;
        using var captured = new StringWriter();
        Console.SetOut(captured);
        string[] filesBefore = Leftovers();
        try
        {
            await using (var redis = await EmbeddedRedis.StartAsync(cancellationToken: Token))
            {
                using var client = new RespClient();
                await client.ConnectAsync(redis.Port, Token);
                Assert.Equal("+OK", await client.SendAsync(Token, "SET", "key", "value"));
                await client.SendAsync(Token, "SAVE");
            }
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Equal(filesBefore, Leftovers());
        Assert.Equal("", captured.ToString());
    }

    [Theory]
    [InlineData(-1, 64)]
    [InlineData(65_536, 64)]
    [InlineData(0, 7)]
    [InlineData(0, 65_537)]
    public async Task Start_with_an_option_out_of_range_is_refused(int port, int memoryMiB) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => EmbeddedRedis.StartAsync(new EmbeddedRedisOptions { Port = port, MemoryMiB = memoryMiB }, Token));

    private static string[] Leftovers() =>
        [.. Directory.GetFileSystemEntries(Path.GetTempPath(), "marketdata-embedded-redis-*"),
         .. Directory.GetFileSystemEntries(Environment.CurrentDirectory).Order(StringComparer.Ordinal)];
}
