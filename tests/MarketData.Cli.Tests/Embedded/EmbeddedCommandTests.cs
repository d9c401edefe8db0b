using System.Net;
using System.Net.Sockets;
using System.Text.Json;

using MarketData.Cli.Embedded;
using MarketData.ServiceDefaults;

using Microsoft.Extensions.Configuration;

namespace MarketData.Cli.Tests.Embedded;

/// <summary><c>marketdata embedded</c>: the servers for collectors in other processes.</summary>
[Trait("kind", "integration")]
public sealed class EmbeddedCommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_listen_where_they_are_told_serve_other_processes_and_leave_nothing_behind()
    {
        var (kafka, redis, exchange) = (FreePort(), FreePort(), FreePort());
        var environment = new Dictionary<string, string>
        {
            ["EMBEDDED__KAFKA_PORT"] = $"{kafka}",
            ["EMBEDDED__REDIS_PORT"] = $"{redis}",
            ["EMBEDDED__EXCHANGE_PORT"] = $"{exchange}",
            ["HEALTH__PORT"] = "0",
            // Somebody else's server is not theirs.
            ["REDIS_URL"] = "redis://127.0.0.1:1",
        };
        await using var servers = ChildProcess.Start("MarketData.Cli.dll", ["embedded", "--instruments", "4"], environment);
        await servers.LineAsync("Ctrl-C stops.");
        Assert.Contains($"kafka     127.0.0.1:{kafka}", servers.Output);
        Assert.Contains($"redis     127.0.0.1:{redis}", servers.Output);
        Assert.Contains($"exchange  ws://127.0.0.1:{exchange}/ws/api/v2", servers.Output);
        var health = servers.Output.Single(line => line.StartsWith("health", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        using (var http = new HttpClient())
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(health), Token)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(health.Replace("/health", "/alive", StringComparison.Ordinal)), Token)).StatusCode);
        }

        // A client begins at the port that was chosen, and goes on at the broker's own.
        var settings = new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = $"127.0.0.1:{kafka}",
            ["REDIS_URL"] = $"127.0.0.1:{redis}",
            ["EXCHANGES__DERIBIT__WS_URL"] = $"ws://127.0.0.1:{exchange}/ws/api/v2",
            ["EXCHANGES__DERIBIT__SYMBOLS"] = "*",
            ["HEALTH__PORT"] = "0",
        };
        await using (var collector = ChildProcess.Start("MarketData.Collectors.Trades.dll", [], settings))
        await using (var tail = ChildProcess.Start("MarketData.Cli.dll", ["tail", "trades", "--count", "1", "--from-beginning"], settings))
        {
            Assert.True(await tail.ExitAsync() == 0, $"{tail.Everything}\n{collector.Everything}");
            Assert.Equal("trade", JsonDocument.Parse(Assert.Single(tail.Output)).RootElement.GetProperty("data_type").GetString());
        }

        // The other commands find them as they find an up.
        await using (var doctor = ChildProcess.Start("MarketData.Cli.dll", ["doctor", "--output", "json"], new Dictionary<string, string> { ["TMPDIR"] = servers.Directory }))
        {
            Assert.True(await doctor.ExitAsync() == 0, doctor.Everything);
            var findings = JsonDocument.Parse(string.Concat(doctor.Output)).RootElement.GetProperty("findings").EnumerateArray().ToList();
            foreach (var subject in (string[])["exchange", "exchange clock", "kafka market.trades", "redis", "redis writing", $"service {health[..^"/health".Length]}"])
                Assert.Equal("ok", findings.Single(one => one.GetProperty("subject").GetString() == subject).GetProperty("state").GetString());
        }

        Assert.Single(Directory.GetFiles(servers.Directory, "marketdata-up-*.json"));
        await servers.SignalAsync("TERM");
        Assert.True(await servers.ExitAsync() == 0, servers.Everything);
        Assert.Empty(Directory.GetFiles(servers.Directory, "marketdata-up-*.json"));
        Assert.Empty(servers.Errors);
    }

    [Fact]
    public async Task Port_that_is_taken_is_one_clear_sentence_and_exit_code_1()
    {
        using var taken = Listen(out var port);
        await using var servers = ChildProcess.Start(
            "MarketData.Cli.dll", ["embedded", "--http-port", "0"], new Dictionary<string, string> { ["EMBEDDED__KAFKA_PORT"] = $"{port}" });
        Assert.True(await servers.ExitAsync() == 1, servers.Everything);
        Assert.StartsWith($"embedded cannot start: The embedded Kafka could not open 127.0.0.1:{port}", Assert.Single(servers.Errors), StringComparison.Ordinal);
        Assert.Empty(servers.Output);
    }

    [Theory]
    [InlineData("embedded:kafka_port", "EMBEDDED__KAFKA_PORT")]
    [InlineData("embedded:redis_port", "EMBEDDED__REDIS_PORT")]
    [InlineData("embedded:exchange_port", "EMBEDDED__EXCHANGE_PORT")]
    public async Task Port_that_is_taken_is_named_with_the_setting_and_ends_the_servers_that_run(string key, string variable)
    {
        using var taken = Listen(out var port);
        var loaded = new ConfigurationManager().AddMarketDataConfiguration(
            new ConfigurationInputs { Overrides = new Dictionary<string, string> { [key] = $"{port}" } });
        var error = await Assert.ThrowsAsync<IOException>(() => EmbeddedServers.StartAsync(new SimulatedMarket(Instruments: 1), loaded));
        Assert.Contains($"{port}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            $" The port is {key.Replace(':', '.')}: set it, or {variable}, to a free one, or to 0 for any.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_exchange_there_is_none()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("marketdata-test-").FullName, "addresses.json");
        await using var servers = ChildProcess.Marketdata("embedded", "--exchange", "none", "--http-port", "0", "--addresses", file);
        await servers.LineAsync("Ctrl-C stops.");
        Assert.Contains("exchange  none", servers.Output);
        await Until.TrueAsync(() => File.Exists(file), () => servers.Everything);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file, Token));
        Assert.Contains($"kafka     {json.RootElement.GetProperty("kafka").GetString()}", servers.Output);
        await servers.SignalAsync("INT");
        Assert.True(await servers.ExitAsync() == 0, servers.Everything);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    private static int FreePort()
    {
        using var probe = Listen(out var port);
        return port;
    }
}
