using System.Net;

using Deribit.Simulator;

using MarketData.Cli.Tests.Rigs;

namespace MarketData.Cli.Tests;

/// <summary>FAULTS row 50: configurations that cannot be meant.</summary>
[Trait("kind", "integration")]
public sealed class ConfigurationFaultTests
{
    private const string Secret = "s3cr3t-do-not-show";

    [Fact]
    public async Task Row50_Unknown_symbol_and_wildcard_that_matches_nothing_are_refused_with_near_matches_and_the_number_of_instruments()
    {
        await using var up = ChildProcess.Marketdata(
            "up", "--no-history", "--http-port", "0", "--instruments", "4", "--symbols", "BTC-PERPETUL,ETH-PERPETUAL,DOGE-*");
        Assert.True(await up.ExitAsync() == 2, up.Everything);
        var line = Assert.Single(
            up.Errors, line => line.Contains("the exchange has no instrument \"BTC-PERPETUL\"", StringComparison.Ordinal));
        Assert.Contains("BTC-PERPETUAL", line, StringComparison.Ordinal);
        Assert.Contains("--symbols: ", line, StringComparison.Ordinal);
        Assert.Contains(
            up.Errors, line => line.Contains("the pattern \"DOGE-*\" matches none of the exchange's 4 instruments", StringComparison.Ordinal));
        Assert.Equal("The command line cannot be used:", up.Errors[0]);
        Assert.DoesNotContain(up.Errors, error => error.Contains("   at ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("BTC-PERPETUAL,BTC-PERPETUAL", "names BTC-PERPETUAL more than once. Name each once.")]
    [InlineData("BTC PERPETUAL", "is not a name or a pattern")]
    [InlineData("kind=option expiry<=sixty", "expiry wants a time from now")]
    public async Task Row50_Repeated_or_impossible_symbols_are_refused(string symbols, string sentence)
    {
        await using var up = ChildProcess.Marketdata("up", "--no-history", "--http-port", "0", "--instruments", "4", "--symbols", symbols);
        Assert.True(await up.ExitAsync() == 2, up.Everything);
        Assert.Contains(up.Errors, line => line.Contains(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Row50_Symbol_that_a_pattern_brings_again_is_a_warning()
    {
        await using var up = ChildProcess.Marketdata("up", "--http-port", "0", "--instruments", "4", "--symbols", "BTC-*,BTC-PERPETUAL");
        Assert.Contains("BTC-PERPETUAL", await up.LineAsync("adds nothing"), StringComparison.Ordinal);
        await up.SignalAsync("TERM");
        Assert.True(await up.ExitAsync() == 0, up.Everything);
    }

    [Fact]
    public async Task Row50_Several_faults_are_listed_at_once_with_file_line_and_key_and_no_secret()
    {
        var directory = Directory.CreateTempSubdirectory("marketdata-test-").FullName;
        var config = Directory.CreateDirectory(Path.Combine(directory, "config")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(config, "default.toml"),
            $"""
            [redis]
            url = "redis://user:{Secret}1@127.0.0.1:6379"
            [redis.ttl]
            orderbook = 3000
            [kafka]
            bootstrap_server = "localhost:9092"
            [exchanges.deribit]
            secret = "{Secret}2"
            symbols = [""]
            """,
            TestContext.Current.CancellationToken);
        await using var up = ChildProcess.Start(
            "MarketData.Cli.dll", ["up", "--http-port", "0"], new Dictionary<string, string> { ["HEALTH__PORT"] = "many" }, directory);
        Assert.True(await up.ExitAsync() == 2, up.Everything);
        AssertFault("config/default.toml:2: redis.url holds a password");
        AssertFault("config/default.toml:4: redis.ttl.orderbook is 3000, but a number of seconds from 0.5 to 300 is wanted. "
            + "Is it in milliseconds?");
        AssertFault("config/default.toml:6: kafka.bootstrap_server is not a known key. Did you mean kafka.bootstrap_servers");
        AssertFault("config/default.toml:8: exchanges.deribit.secret is a secret and must not stand in a file");
        AssertFault("config/default.toml:9: exchanges.deribit.symbols has an empty item");
        AssertFault("environment variable HEALTH__PORT: health.port is 'many', but a whole number from 0 to 65535 is wanted.");
        Assert.DoesNotContain(Secret, up.Everything, StringComparison.Ordinal);

        void AssertFault(string text) =>
            Assert.True(up.Errors.Any(line => line.Contains(text, StringComparison.Ordinal)), text + "\n" + up.Everything);
    }

    [Fact]
    public async Task Row50_Secrets_show_in_no_output_no_file_and_no_answer()
    {
        // A Redis that is away and an exchange that refuses the login talk about both.
        var environment = new Dictionary<string, string>
        {
            ["REDIS_URL"] = $"redis://collector:{Secret}1@127.0.0.1:1",
            ["DERIBIT_KEY"] = Secret + "2",
            ["DERIBIT_SECRET"] = Secret + "3",
            ["CLICKHOUSE__PASSWORD"] = Secret + "4",
            ["LOGGING__LEVEL"] = "trace",
            // Nobody takes what Redis is to be given, so the ordered stop lasts as long as it may.
            ["SHUTDOWN__TIMEOUT_SECONDS"] = "5",
        };
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = 4 }, TestContext.Current.CancellationToken);
        environment["EXCHANGES__DERIBIT__WS_URL"] = simulator.WebSocketUri.ToString();
        await using var up = await UpProcess.StartAsync(["--exchange", "live", "--symbols", "*"], environment);
        using var http = new HttpClient();
        using var health = await http.GetAsync(new Uri(up.Http + "/health"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        var answer = await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("redis", answer, StringComparison.Ordinal);
        var metrics = await http.GetStringAsync(new Uri(up.Http + "/metrics"), TestContext.Current.CancellationToken);
        var files = string.Join('\n', Directory.GetFiles(up.Process.Directory, "*.json").Select(File.ReadAllText));
        Assert.Equal("127.0.0.1:1", up.Redis);
        await up.Process.SignalAsync("TERM");
        await up.Process.ExitAsync();
        Assert.DoesNotContain(Secret, up.Process.Everything + answer + metrics + files, StringComparison.Ordinal);
    }
}
