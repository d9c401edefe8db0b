using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

using Deribit.Simulator;

using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded;
using MarketData.Kafka.Tests.Support;

namespace MarketData.Cli.Tests.Long;

/// <summary>
/// The acceptance run: the three collectors as processes at 5,000 events a second, a real Kafka that goes away for ten minutes and comes
/// back, an independent reader, and the simulator's own record. On demand: <c>MARKETDATA_LONG_TESTS=1</c>; shorter or slower with
/// <c>MARKETDATA_OUTAGE_SECONDS</c> and <c>MARKETDATA_OUTAGE_RATE</c>.
/// </summary>
[Trait("kind", "integration")]
[Collection(Alone.Name)]
public sealed partial class KafkaAwayForMinutesTests(KafkaAwayForMinutesTests.OrdinaryKafka kafka, ITestOutputHelper output)
    : IClassFixture<KafkaAwayForMinutesTests.OrdinaryKafka>
{
    private const int Instruments = 100;

    /// <summary>Of three processes together, from the middle of the outage to its end.</summary>
    private const long MemoryMayGrowMb = 150;
    private static readonly TimeSpan BacklogDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10);
    private static readonly string[] Collectors = ["OrderBooks", "Trades", "Tickers"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Row42_Kafka_away_for_minutes_at_full_rate_costs_nothing() => RunAsync(kill: false);

    [Fact]
    public Task Row48_Kafka_away_for_minutes_and_the_collectors_killed_in_the_middle_costs_nothing_that_was_on_disk() => RunAsync(kill: true);

    /// <summary>With the limits that a broker has unless somebody changes them.</summary>
    public sealed class OrdinaryKafka : RealKafka
    {
        protected override IReadOnlyList<string> Arguments => ["--set", "auto.create.topics.enable=false"];

        protected override bool IsWanted => System.Environment.GetEnvironmentVariable("MARKETDATA_LONG_TESTS") == "1";
    }

    private async Task RunAsync(bool kill)
    {
        if (System.Environment.GetEnvironmentVariable("MARKETDATA_LONG_TESTS") != "1")
            Assert.Skip("Takes minutes; set MARKETDATA_LONG_TESTS=1 to run it.");
        kafka.Require();
        var outage = TimeSpan.FromSeconds(Number("MARKETDATA_OUTAGE_SECONDS", 600));
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions
            {
                Instruments = Instruments, FramesPerSecond = Number("MARKETDATA_OUTAGE_RATE", 5_000), RetainedTrades = 10_000_000, KeepBookTimes = true,
            },
            Token);
        await using var redis = await EmbeddedRedis.StartAsync(cancellationToken: Token);
        var directories = Collectors.ToDictionary(name => name, _ => Directory.CreateTempSubdirectory("marketdata-away-").FullName);
        var prefix = kill ? "killed" : "away";
        var running = Collectors.Select(Start).ToList();
        try
        {
            await HealthyAsync(running, TimeSpan.FromMinutes(2));
            var healthy = Exchange.Of(simulator);
            await Task.Delay(Before, TimeProvider.System, Token);
            await kafka.TellAsync("kill");
            var away = Stopwatch.StartNew();
            await Task.Delay(outage / 2, TimeProvider.System, Token);
            var memory = running.Sum(Memory);
            if (kill)
            {
                foreach (var collector in running)
                    await collector.SignalAsync("KILL");
                foreach (var collector in running)
                    await collector.ExitAsync();
                running = [.. Collectors.Select(Start)];
            }
            await Task.Delay(outage - away.Elapsed is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeProvider.System, Token);
            output.WriteLine($"Memory: {memory} MB in the middle, {string.Join(" + ", running.Select(Memory))} MB at the end of the outage.");
            output.WriteLine($"On disk: {string.Join(" + ", directories.Values.Select(OnDisk))} MB.");
            if (!kill)
                Assert.InRange(running.Sum(Memory), 0, memory + MemoryMayGrowMb);
            var ends = away.Elapsed;
            await kafka.TellAsync("start");
            var back = Stopwatch.StartNew();
            await HealthyAsync(running, 5 * BacklogDeadline);
            var caughtUp = back.Elapsed;
            output.WriteLine($"Kafka was away for {ends}; the backlog was gone {caughtUp} after it was back.");

            simulator.Market.StandStill(true);
            await UntilReadAsync(simulator, redis);
            foreach (var collector in running)
                await collector.SignalAsync("TERM");
            foreach (var collector in running)
                Assert.True(await collector.ExitAsync(TimeSpan.FromMinutes(1)) == 0, Tail(collector));
            output.WriteLine(string.Join('\n', running.SelectMany(OfTheShare)));
            await VerifyAsync(simulator, healthy, prefix, kill);

            // Last, so that a machine that was too busy for it still shows whether anything was lost.
            Assert.InRange(caughtUp, TimeSpan.Zero, BacklogDeadline);
        }
        finally
        {
            foreach (var collector in running)
                await collector.DisposeAsync();
        }

        ChildProcess Start(string name) => CollectorProcess.Start(
            name, simulator, kafka.BootstrapServers, redis,
            [
                ("KAFKA__TOPICS__ORDERBOOK", $"{prefix}.orderbook"), ("KAFKA__TOPICS__TRADES", $"{prefix}.trades"),
                ("KAFKA__TOPICS__TICKER", $"{prefix}.ticker"), ("KAFKA__TOPICS__SYMBOLS", $"{prefix}.symbols"),
                ("KAFKA__TOPICS__CHECKPOINTS", $"{prefix}.checkpoints"), ("KAFKA__TOPICS__INTEGRITY", $"{prefix}.integrity"),
                ("KAFKA__TOPICS__DEAD_LETTER", $"{prefix}.dead-letter"), ("KAFKA__GROUP_PREFIX", prefix), ("COLLECTOR__ID", "away"),
            ],
            directories[name]);
    }

    private static async Task HealthyAsync(IReadOnlyList<ChildProcess> collectors, TimeSpan deadline)
    {
        using var client = new HttpClient();
        var start = Stopwatch.StartNew();
        foreach (var collector in collectors)
        {
            var address = await collector.HttpAddressAsync();
            var (isHealthy, answer) = (false, "");
            await Until.TrueAsync(
                async () =>
                {
                    (isHealthy, answer) = await AskAsync(client, address);
                    return isHealthy || collector.HasExited;
                },
                () => $"{address} {answer}\n{Tail(collector)}",
                deadline - start.Elapsed);
            Assert.True(isHealthy, $"{address} {answer}\n{Tail(collector)}");
        }
    }

    private static async Task<(bool IsHealthy, string Answer)> AskAsync(HttpClient client, string address)
    {
        try
        {
            using var health = await client.GetAsync(new Uri(address + "/health"), Token);
            return (health.IsSuccessStatusCode, await health.Content.ReadAsStringAsync(Token));
        }
        catch (HttpRequestException exception)
        {
            return (false, exception.Message);
        }
    }

    private static long Memory(ChildProcess collector) => File.ReadLines($"/proc/{collector.Id}/status")
        .Where(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture)) / 1024;

    private static long OnDisk(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) >> 20;

    /// <summary>What the log says of the share and of what is not published for it.</summary>
    private static IEnumerable<string> OfTheShare(ChildProcess collector) => collector.Errors.Concat(collector.Output)
        .Where(line => OfTheShare().IsMatch(line)).Select(line => line.Length > 700 ? line[..700] : line);

    private static string Tail(ChildProcess collector) => string.Join(
        '\n', collector.Errors.Concat(collector.Output).Where(line => !line.Contains("HealthCheckEnd", StringComparison.Ordinal)).TakeLast(40));

    private static int Number(string variable, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value : fallback;

    [GeneratedRegex("\"event\":\"(Share[A-Z]|TakenOver|Lease|Membership|Fenced|Spill|Instruments|Provisional)")]
    private static partial Regex OfTheShare();
}
