using Deribit.Simulator;

using MarketData.Embedded;
using MarketData.Integration.Tests.Cli;
using MarketData.Integration.Tests.Rigs;

namespace MarketData.Integration.Tests.Replicas;

/// <summary>An exchange, a Redis and a Kafka for collectors in processes of their own, and what the topics say of them.</summary>
internal sealed class ReplicaSystem : IAsyncDisposable
{
    private readonly string _bootstrapServers;
    private readonly SimulatorServer _simulator;
    private readonly EmbeddedRedis _redis;
    private readonly int _sessionSeconds;

    private ReplicaSystem(string bootstrapServers, SimulatorServer simulator, EmbeddedRedis redis, int sessionSeconds) =>
        (_bootstrapServers, _simulator, _redis, _sessionSeconds) = (bootstrapServers, simulator, redis, sessionSeconds);

    public long NowUnixMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<ReplicaSystem> StartAsync(string bootstrapServers, int instruments, int framesPerSecond, int sessionSeconds)
    {
        var stop = TestContext.Current.CancellationToken;
        var options = new SimulatorOptions { Instruments = instruments, FramesPerSecond = framesPerSecond, KeepHistory = true };
        var simulator = await SimulatorServer.StartAsync(options, stop);
        return new ReplicaSystem(bootstrapServers, simulator, await EmbeddedRedis.StartAsync(cancellationToken: stop), sessionSeconds);
    }

    public ChildProcess Start(string collector, string id) => ChildProcess.Start(
        $"MarketData.Collectors.{collector}.dll", [], new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = _bootstrapServers,
            ["KAFKA__SESSION_TIMEOUT_SECONDS"] = $"{_sessionSeconds}",
            ["REDIS_URL"] = _redis.Address,
            ["EXCHANGES__DERIBIT__WS_URL"] = _simulator.WebSocketUri.ToString(),
            ["EXCHANGES__DERIBIT__HTTP_URL"] = _simulator.HttpUri.ToString(),
            ["EXCHANGES__DERIBIT__SYMBOLS"] = "*",
            ["HEALTH__PORT"] = "0",
            ["HEALTH__ADDRESS"] = "127.0.0.1",
            ["COLLECTOR__ID"] = id,
        });

    public List<ReplicaRecord> Read(string topic) => ReplicaRecord.ReadAll(_bootstrapServers, topic);

    /// <summary>Waits until a collector has published something.</summary>
    public Task UntilSourceAsync(string topic, string source, params ChildProcess[] processes) =>
        UntilSourceAsync(topic, source, since: 0, processes);

    /// <summary>Waits until a collector has published something since a moment.</summary>
    public Task UntilSourceAsync(string topic, string source, long since, params ChildProcess[] processes) => Until.TrueAsync(
        () => Topics(topic) && Read(topic).Exists(record => record.Source == source && record.CreatedUnixMs > since),
        () => $"a record of {source}.\n{string.Join('\n', processes.Select(process => process.Everything))}",
        TimeSpan.FromSeconds(120));

    /// <summary>The keys whose newest record is a collector's.</summary>
    public HashSet<string> KeysOf(string topic, string source) => [.. Read(topic)
        .GroupBy(record => record.Key).Where(group => group.MaxBy(record => record.Offset)!.Source == source).Select(group => group.Key)];

    /// <summary>
    /// Of each instrument every trade from the first published one on, as the exchange knows them, once; in sequence but for what a repair
    /// brought after the deadline that live trades wait for it.
    /// </summary>
    public void AssertTradesComplete()
    {
        foreach (var tape in Read("market.trades").GroupBy(record => record.Key))
        {
            var records = tape.OrderBy(record => record.Offset).ToList();
            var published = records.ConvertAll(record => record.Number("trade_seq"));
            var expected = _simulator.Market.GetTrades(tape.Key["deribit.".Length..]).Select(trade => trade.TradeSeq)
                .Where(sequence => sequence >= published.Min() && sequence <= published.Max()).Order().ToList();
            Assert.True(expected.SequenceEqual(published.Order()), $"{tape.Key}: missing {string.Join(", ", expected.Except(published))}; "
                + $"twice {string.Join(", ", published.GroupBy(one => one).Where(group => group.Count() > 1).Select(group => group.Key))}");
            var highest = long.MinValue;
            foreach (var record in records)
            {
                var sequence = record.Number("trade_seq");
                Assert.True(sequence > highest || record.Text("source") == "backfill", $"{tape.Key}: {sequence} of {record.Source} at offset "
                    + $"{record.Offset} comes behind {highest}: "
                    + string.Join(" ", records.Select(one => $"{one.Number("trade_seq")}/{one.Source}/{one.Text("source")}")));
                highest = Math.Max(highest, sequence);
            }
        }
    }

    /// <summary>An instrument that left an owner does not show that owner again until it came back in order: no two owners alternate.</summary>
    public void AssertNeverTwoOwners(string topic)
    {
        foreach (var group in Read(topic).GroupBy(record => record.Key))
        {
            var owners = new List<string>();
            foreach (var record in group.OrderBy(record => record.Offset))
            {
                if (owners.Count == 0 || owners[^1] != record.Source)
                    owners.Add(record.Source);
            }

            // Each start, kill, freeze and stop moves an instrument once at most.
            Assert.True(owners.Count <= 5, $"{group.Key} alternates between {string.Join(", ", owners)}");
        }
    }

    /// <summary>Each instrument's ledger has the interval in which its dead owner did not collect it: opened and closed by the new one.</summary>
    public void AssertInterruptions(string channel, IEnumerable<string> keys, string newOwner, long sinceUnixMs)
    {
        var ledger = Read("market.integrity").Where(record => record.Source == newOwner && record.CreatedUnixMs > sinceUnixMs
            && record.Text("channel") == channel).ToLookup(record => record.Key);
        foreach (var key in keys)
        {
            var story = ledger[key].OrderBy(record => record.Offset).ToList();
            var opening = story.FindIndex(record => record.Text("kind") == "disconnected");
            Assert.True(opening >= 0, $"{key}: no interruption in the ledger of {newOwner}");
            Assert.InRange(story[opening].Number("from_time"), sinceUnixMs - 10_000, sinceUnixMs + 1_000);
            Assert.Contains(story.Skip(opening), record => record.Text("kind") is "resynced" or "backfilled");
        }
    }

    /// <summary>Each instrument shows a new owner in time.</summary>
    public void AssertTakenOverWithin(TimeSpan limit, IEnumerable<string> keys, string newOwner, long sinceUnixMs, string formerOwner)
    {
        var first = Read("market.integrity").Where(record => record.Source == newOwner && record.CreatedUnixMs > sinceUnixMs)
            .GroupBy(record => record.Key).ToDictionary(group => group.Key, group => group.Min(record => record.CreatedUnixMs) - sinceUnixMs);
        foreach (var key in keys)
        {
            Assert.True(
                first.TryGetValue(key, out var after) && after <= limit.TotalMilliseconds,
                $"{key} of {formerOwner} was taken over after {after} ms");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    // Before the first collector has created them there is nothing to read.
    private bool Topics(string topic)
    {
        using var admin = new Confluent.Kafka.AdminClientBuilder(new Confluent.Kafka.AdminClientConfig { BootstrapServers = _bootstrapServers })
            .SetLogHandler((_, _) => { }).Build();
        return admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Exists(found => found.Topic == topic && found.Partitions.Count > 0);
    }
}
