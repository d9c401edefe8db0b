using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using MarketData.ClickHouse;
using MarketData.Embedded.Kafka;
using MarketData.Events;

namespace MarketData.HistoryRate;

/// <summary>The archiver as operators run it, between an embedded Kafka that always has more and ClickHouse.</summary>
internal sealed partial class ArchiverRate(ClickHouseOptions options)
{
    // Less than the embedded Kafka holds, and more than the archiver does.
    private const int MostAhead = 100_000;
    private const int SpreadOver = 997;
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _length = TimeSpan.FromSeconds(30);

    /// <summary>Measures; a sentence.</summary>
    /// <param name="market">What is archived, again and again.</param>
    /// <param name="topic">Where all of it belongs; null: each event where it does.</param>
    public async Task<string> MeasureAsync(IReadOnlyList<MarketDataEvent> market, string? topic)
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        using var archiver = Start(kafka);
        using var over = new CancellationTokenSource();
        var stored = 0L;
        var address = await AddressAsync(archiver);
        var producing = Task.Run(() => Produce(kafka, new Copies(market), topic, () => Volatile.Read(ref stored), over.Token));
        using var http = new HttpClient();
        var (clock, begin, from) = (Stopwatch.StartNew(), 0L, TimeSpan.Zero);
        while (clock.Elapsed < _warmUp + _length)
        {
            await Task.Delay(_look, TimeProvider.System);
            using var health = JsonDocument.Parse(await (await http.GetAsync(new Uri(address + "/health"))).Content.ReadAsStringAsync());
            var data = health.RootElement.GetProperty("checks").EnumerateArray()
                .Single(check => check.GetProperty("name").GetString() == "archiver").GetProperty("data");
            if (data.GetProperty("lost").GetInt64() + data.GetProperty("dead_letters").GetInt64() > 0) throw new InvalidOperationException(health.RootElement.ToString());
            Volatile.Write(ref stored, data.GetProperty("stored").GetInt64());
            if (begin == 0 && clock.Elapsed > _warmUp) (begin, from) = (stored, clock.Elapsed);
        }
        var rate = (stored - begin) / (clock.Elapsed - from).TotalSeconds;
        var peak = Peak().Match(await File.ReadAllTextAsync($"/proc/{archiver.Id}/status")).Groups[1].Value;
        archiver.Kill();
        await over.CancelAsync();
        await producing;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Archiver, {(topic is null ? "all kinds together" : "trades alone")}: {rate:N0} rows/s, at most {long.Parse(peak, null) / 1024:N0} MiB resident.");
    }

    private Process Start(EmbeddedKafka kafka)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(root, "src", "MarketData.Archiver", "bin", output.Parent.Name, output.Name, "MarketData.Archiver.dll")])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [("KAFKA_BOOTSTRAP_SERVERS", kafka.BootstrapServers), ("CLICKHOUSE_URL", options.Url), ("CLICKHOUSE__DATABASE", options.Database), ("HEALTH__PORT", "0"), ("HEALTH__ADDRESS", "127.0.0.1")])
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task<string> AddressAsync(Process archiver)
    {
        while (await archiver.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Address().Match(line) is not { Success: true } match) continue;
            // Whatever else it says: a full pipe would stop it.
            _ = archiver.StandardOutput.ReadToEndAsync();
            return match.Value;
        }
        throw new InvalidOperationException("The archiver ended at its start; its reason is on standard error.");
    }

    private static void Produce(EmbeddedKafka kafka, Copies copies, string? topic, Func<long> stored, CancellationToken stop)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = kafka.BootstrapServers, LingerMs = 20, CompressionType = CompressionType.Lz4, QueueBufferingMaxMessages = MostAhead * 2,
        }).Build();
        var json = new ArrayBufferWriter<byte>();
        var headers = new Headers { { "epoch", "1"u8.ToArray() } };
        for (var number = 0L; !stop.IsCancellationRequested; number++)
        {
            while (number - stored() > MostAhead && !stop.WaitHandle.WaitOne(_look))
            {
            }
            var made = copies[number];
            json.ResetWrittenCount();
            EventJson.Write(json, made);
            // Spread over all partitions: the ring of each is small.
            var key = string.Create(CultureInfo.InvariantCulture, $"{number % SpreadOver}");
            producer.Produce(topic ?? TopicOf(made), new Message<string, byte[]> { Key = key, Value = json.WrittenSpan.ToArray(), Headers = headers });
        }
        producer.Flush(CancellationToken.None);
    }

    private static string TopicOf(MarketDataEvent made) => made switch
    {
        TradeEvent => "market.trades",
        TickerEvent => "market.ticker",
        IntegrityEvent => "market.integrity",
        _ => "market.orderbook",
    };

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    [GeneratedRegex(@"VmHWM:\s+(\d+) kB")]
    private static partial Regex Peak();
}
