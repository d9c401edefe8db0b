using System.Net;
using System.Net.Sockets;
using System.Text.Json;

using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests;

/// <summary>The options of <c>marketdata up</c>, which scripts depend on.</summary>
[Trait("kind", "integration")]
public sealed class UpOptionTests
{
    private static readonly string[] s_members = ["exchange", "history", "http", "kafka", "redis"];

    [Fact]
    public async Task Up_on_fixed_ports_answers_there_and_ends_by_itself_with_a_summary()
    {
        var (http, redis) = (FreePort(), FreePort());
        await using var up = UpProcess.Begin(
            ["--http-port", $"{http}", "--redis-port", $"{redis}", "--instruments", "4", "--duration", "15s"], anyHttpPort: false);
        await up.UntilUpAsync();
        using (var json = JsonDocument.Parse(await File.ReadAllTextAsync(up.AddressFile, TestContext.Current.CancellationToken)))
            Assert.Equal(s_members, json.RootElement.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal($"127.0.0.1:{redis}", up.Redis);
        Assert.Equal($"http://127.0.0.1:{http}", up.Http);
        Assert.StartsWith("ws://127.0.0.1:", up.Exchange, StringComparison.Ordinal);

        // All that the file names is up by then.
        foreach (var address in new[] { up.Kafka, up.Redis, new Uri(up.Exchange).Authority })
            await ConnectAsync(address);
        await AssertEndpointsAsync(up.Http);

        Assert.True(await up.Process.ExitAsync() == 0, up.Process.Everything);
        var output = up.Process.Output;
        Assert.DoesNotContain(output, line => line.Contains('\u001b', StringComparison.Ordinal));
        Assert.Contains(output, line => line.StartsWith("[00:", StringComparison.Ordinal)
            && line.EndsWith("4/4 books live", StringComparison.Ordinal));
        Assert.Contains(output, line => line.StartsWith("Stopped after ", StringComparison.Ordinal)
            && line.EndsWith("events of 4 instruments, 0 of 0 gaps healed.", StringComparison.Ordinal));
        Assert.Equal("Every event is accounted for: in = acknowledged + conflated + rejected on every lane.", output[^1]);
        Assert.Equal(6, Summary.Of(up.Process).Lanes.Count(lane => lane is { Queued: 0, Acknowledged: > 0 }));
        Assert.Empty(Directory.GetFiles(up.Process.Directory, "marketdata-up-*"));
    }

    [Fact]
    public async Task Piped_output_is_plain_lines_without_being_asked_and_symbols_select_by_name_and_pattern()
    {
        await using var up = ChildProcess.Marketdata(
            "up", "--http-port", "0", "--instruments", "12", "--symbols", "BTC-PERPETUAL,ETH-*", "--duration", "10s");
        Assert.True(await up.ExitAsync() == 0, up.Everything);
        var lines = up.Output.Where(line => line.Contains(" bid ", StringComparison.Ordinal))
            .Select(line => line.Trim().Split(' ')[0]).Distinct().ToList();
        Assert.Contains("BTC-PERPETUAL", lines);
        Assert.Contains("ETH-PERPETUAL", lines);
        Assert.All(lines, name => Assert.True(name == "BTC-PERPETUAL" || name.StartsWith("ETH-", StringComparison.Ordinal), name));
        Assert.DoesNotContain(up.Output, line => line.Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public async Task File_of_addresses_of_an_earlier_up_is_gone_until_all_is_up_again()
    {
        var directory = Directory.CreateTempSubdirectory("marketdata-test-").FullName;
        var file = Path.Combine(directory, "addresses.json");
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);

        // Nobody listens there: up waits for the exchange, and never gets as far as the file.
        await using var up = ChildProcess.Start(
            "MarketData.Cli.dll", ["up", "--exchange", "live", "--http-port", "0", "--addresses", file],
            new Dictionary<string, string> { ["EXCHANGES__DERIBIT__WS_URL"] = $"ws://127.0.0.1:{FreePort()}" }, directory);
        await up.LineAsync("instrument");
        Assert.False(File.Exists(file));
        await up.SignalAsync("TERM");
        Assert.True(await up.ExitAsync() == 0, up.Everything);
    }

    [Theory]
    [InlineData("--exchange binance", "--exchange binance: give simulated, live or testnet. A recording is replayed by marketdata replay FILE.")]
    [InlineData("--redis-port 70000", "--redis-port 70000: give a whole number from 0 to 65535.")]
    [InlineData("--redis-port many", "--redis-port many: give a whole number from 0 to 65535.")]
    [InlineData("--http-port -1", "--http-port -1: give a whole number from 0 to 65535.")]
    [InlineData("--duration 30", "--duration 30: give a positive time with its unit, such as 30s, 5m or 1h.")]
    [InlineData("--addresses .", "--addresses .: that is a directory. Give the name of a file.")]
    [InlineData("--instruments 0", "--instruments 0: give a whole number from 1 to 10000.")]
    [InlineData("--bogus", "Unrecognized command or argument '--bogus'.")]
    public async Task Bad_option_is_one_clear_sentence_and_exit_code_2(string arguments, string sentence)
    {
        await using var up = ChildProcess.Marketdata(["up", .. arguments.Split(' ')]);
        Assert.True(await up.ExitAsync() == 2, up.Everything);
        Assert.Contains(sentence, up.Errors);
        Assert.Empty(up.Output);
    }

    [Fact]
    public async Task Recording_without_a_notification_is_one_clear_sentence_and_exit_code_2()
    {
        var directory = Directory.CreateTempSubdirectory("marketdata-test-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "notes.jsonl"), "hello\n", TestContext.Current.CancellationToken);
        await using var up = ChildProcess.Start("MarketData.Cli.dll", ["replay", "notes.jsonl"], directory: directory);
        Assert.True(await up.ExitAsync() == 2, up.Everything);
        Assert.Equal("The command line cannot be used:", up.Errors[0]);
        Assert.Contains(up.Errors, line => line.Contains("No notification was found in notes.jsonl", StringComparison.Ordinal));
        Assert.DoesNotContain(up.Errors, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--http-port", "Choose another with --http-port; 0 takes any free one.")]
    [InlineData("--redis-port", "Choose another port, or 0 for a free one.")]
    public async Task Port_that_is_taken_is_named_with_its_remedy(string option, string remedy)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        string[] other = option == "--http-port" ? [] : ["--http-port", "0"];
        await using var up = ChildProcess.Marketdata(["up", option, $"{port}", .. other]);
        Assert.True(await up.ExitAsync() == 1, up.Everything);
        var line = Assert.Single(up.Errors, line => line.StartsWith("up cannot go on:", StringComparison.Ordinal));
        Assert.Contains($":{port}", line, StringComparison.Ordinal);
        Assert.EndsWith(remedy, line, StringComparison.Ordinal);
        Assert.DoesNotContain(up.Errors, error => error.Contains("   at ", StringComparison.Ordinal));
    }

    private static async Task AssertEndpointsAsync(string http)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        var stop = TestContext.Current.CancellationToken;
        using (var alive = await client.GetAsync(new Uri(http + "/alive"), stop))
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        var metrics = await client.GetStringAsync(new Uri(http + "/metrics"), stop);
        Assert.Contains("# TYPE ", metrics, StringComparison.Ordinal);

        // Books may still await their snapshots; then the answer says so, and soon says otherwise.
        for (var attempt = 0; ; attempt++)
        {
            using var health = await client.GetAsync(new Uri(http + "/health"), stop);
            var body = await health.Content.ReadAsStringAsync(stop);
            using var json = JsonDocument.Parse(body);
            var checks = json.RootElement.GetProperty("checks").EnumerateArray().ToList();
            Assert.Equal(["host", "orderbooks", "tickers", "trades"], checks.Select(check => check.GetProperty("name").GetString()));
            if (health.StatusCode == HttpStatusCode.OK)
                return;
            Assert.Contains(checks, check => check.GetProperty("reasons").GetArrayLength() > 0);
            Assert.True(attempt < 100, body);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
        }
    }

    private static async Task ConnectAsync(string address)
    {
        var parts = address.Split(',')[0].Split(':');
        using var client = new TcpClient();
        await client.ConnectAsync(parts[0], int.Parse(parts[1], null), TestContext.Current.CancellationToken);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
