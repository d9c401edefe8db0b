using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Kafka.Tests.Support;

/// <summary>A lane with a spill log against a real Kafka, publishing numbered trades, and what an independent reader finds there.</summary>
internal sealed class RealKafkaLane : IAsyncDisposable
{
    private readonly TempDirectory _temp = new();
    private int _published;

    public RealKafkaLane(RealKafka kafka, string prefix, Action<KafkaOptions>? change = null)
    {
        Options = OptionsOf(kafka, prefix);
        Options.Spill.Directory = _temp.Sub("spill");
        Options.Spill.After = TimeSpan.FromMilliseconds(500);
        Options.Spill.FreeBytes = 0;
        change?.Invoke(Options);
        Lane = New();
    }

    public KafkaOptions Options { get; }

    public ListLogger<KafkaLane> Log { get; } = new();

    public KafkaLane Lane { get; private set; }

    public int Published => _published;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static KafkaOptions OptionsOf(RealKafka kafka, string prefix) => new()
    {
        BootstrapServers = kafka.BootstrapServers,
        Topics = new KafkaTopics
        {
            OrderBook = $"{prefix}.market.orderbook",
            Trades = $"{prefix}.market.trades",
            Ticker = $"{prefix}.market.ticker",
            Symbols = $"{prefix}.market.symbols",
            Integrity = $"{prefix}.market.integrity",
            DeadLetter = $"{prefix}.market.dead-letter",
        },
    };

    public async Task PublishAsync(int count)
    {
        for (var last = _published + count; _published < last;)
        {
            _published++;
            await Lane.PublishAsync(TestEvents.Trade($"I{_published % 7}", _published), Token);
        }
    }

    /// <summary>Publishes a little at a time until something is so.</summary>
    public Task PublishUntilAsync(Func<bool> condition, string what) => Conditions.UntilAsync(
        condition, () => $"{what}; {Lane.Status.State} {Lane.Status.Reason}", () => PublishAsync(20));

    public Task SettledAsync() => Conditions.UntilAsync(
        () => Lane.Counters is { Queued: 0, Spilled: 0 },
        () => $"settled: {Lane.Counters.Queued} queued, {Lane.Counters.Spilled} on disk, {Lane.Status.Reason}", () => { });

    public bool Logged(int id) => Log.Entries.Any(entry => entry.Id == id);

    /// <summary>Every trade is there once, or marked when again, and in order within its key.</summary>
    public async Task AssertCompleteAsync()
    {
        var tail = new KafkaTail(Options, TimeProvider.System, NullLogger<KafkaTail>.Instance);
        var seen = new HashSet<long>();
        var last = new Dictionary<string, long>();
        await foreach (var record in tail.ReadAsync(Options.Topics.Trades, fromBeginning: true, stopAtEnd: true, cancellationToken: Token))
        {
            using var json = JsonDocument.Parse(record.Value!.Value);
            var id = json.RootElement.GetProperty("id").GetInt64();
            if (!seen.Add(id))
            {
                Assert.Contains(record.Headers, header => header.Key == "resent");
                continue;
            }
            Assert.True(id > last.GetValueOrDefault(record.Key), $"{record.Key}: {id} after {last.GetValueOrDefault(record.Key)}");
            last[record.Key] = id;
        }
        Assert.Equal(_published, seen.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await Lane.DisposeAsync();
        _temp.Dispose();
    }

    private KafkaLane New() => new(Options, "it", TestEvents.Encode, TimeProvider.System, Log);
}
