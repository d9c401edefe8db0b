using Deribit.Simulator;

using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded;

namespace MarketData.Cli.Tests.Replicas;

/// <summary>An exchange, a Redis and a Kafka for collectors in processes of their own, and what the topics say of them.</summary>
internal sealed class ReplicaSystem : IAsyncDisposable
{
    private readonly string _bootstrapServers;
    private readonly SimulatorServer _simulator;
    private readonly EmbeddedRedis _redis;
    private readonly int _sessionSeconds;

    private ReplicaSystem(string bootstrapServers, SimulatorServer simulator, EmbeddedRedis redis, int sessionSeconds) =>
        (_bootstrapServers, _simulator, _redis, _sessionSeconds) = (bootstrapServers, simulator, redis, sessionSeconds);

    public static long NowUnixMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<ReplicaSystem> StartAsync(string bootstrapServers, int instruments, int framesPerSecond, int sessionSeconds)
    {
        var stop = TestContext.Current.CancellationToken;
        var options = new SimulatorOptions { Instruments = instruments, FramesPerSecond = framesPerSecond, KeepHistory = true };
        var simulator = await SimulatorServer.StartAsync(options, stop);
        return new ReplicaSystem(bootstrapServers, simulator, await EmbeddedRedis.StartAsync(cancellationToken: stop), sessionSeconds);
    }

    public ChildProcess Start(string collector, string id) => CollectorProcess.Start(
        collector, _simulator, _bootstrapServers, _redis,
        [
            ("KAFKA__SESSION_TIMEOUT_SECONDS", $"{_sessionSeconds}"), ("EXCHANGES__DERIBIT__HTTP_URL", _simulator.HttpUri.ToString()),
            ("COLLECTOR__ID", id),
        ]);

    public List<ReplicaRecord> Read(string topic) => ReplicaRecord.ReadAll(_bootstrapServers, topic);

    /// <summary>The trades of an instrument from a number to another, as the exchange knows them.</summary>
    public List<long> Sequences(string key, long from, long to) => [.. _simulator.Market.GetTrades(key["deribit.".Length..])
        .Select(trade => trade.TradeSeq).Where(sequence => sequence >= from && sequence <= to).Order()];

    /// <summary>Everything that readers can know once the collectors have ended.</summary>
    public ReplicaTopics ReadTopics() =>
        new(Read("market.trades"), Read("market.integrity"), Read("market.checkpoints"), Sequences);

    /// <summary>
    /// Waits until the topic has every trade that the exchange has made by now, behind the first published one of each instrument.
    /// </summary>
    /// <returns>Of each instrument the number of its newest trade then.</returns>
    public async Task<Dictionary<string, long>> CaughtUpAsync(params ChildProcess[] processes)
    {
        var newest = _simulator.Market.InstrumentNames.Select(name => (Key: $"deribit.{name}", Trades: _simulator.Market.GetTrades(name)))
            .Where(one => one.Trades.Count > 0).ToDictionary(one => one.Key, one => one.Trades[^1].TradeSeq);
        var missing = new List<string>();
        await Until.TrueAsync(
            () =>
            {
                missing = [.. Read("market.trades").GroupBy(record => record.Key).SelectMany(tape =>
                {
                    var published = tape.Select(record => record.Number("trade_seq")).ToHashSet();
                    return Sequences(tape.Key, published.Min(), newest.GetValueOrDefault(tape.Key)).Where(one => !published.Contains(one))
                        .Select(one => $"{tape.Key} {one}");
                })];
                return missing.Count == 0;
            },
            () => $"every trade on the topic: {string.Join(", ", missing)}\n{string.Join('\n', processes.Select(one => one.Everything))}",
            TimeSpan.FromSeconds(30));
        return newest;
    }

    /// <summary>
    /// Waits until every instrument is collected, by all of so many collectors: the newest word of each ledger is neither the end of the
    /// collection nor an interruption that is still open.
    /// </summary>
    public Task SettledAsync(int collectors, params ChildProcess[] processes)
    {
        var newest = new List<ReplicaRecord>();
        return Until.TrueAsync(
            () =>
            {
                newest = [.. Read("market.integrity").Where(record => record.Text("channel") == "trade").GroupBy(record => record.Key)
                    .Select(group => group.MaxBy(record => record.Offset)!)];
                return newest.Count == _simulator.Market.InstrumentNames.Count
                    && newest.TrueForAll(record => record.Text("kind") is not ("closed" or "disconnected"))
                    && newest.Select(record => record.Source).Distinct().Count() == collectors;
            },
            () => $"{collectors} collectors at work; newest words: "
                + string.Join(", ", newest.GroupBy(record => (record.Source, record.Text("kind"))).Select(one => $"{one.Key}: {one.Count()}"))
                + $"\n{string.Join('\n', processes.Select(one => one.Everything))}",
            TimeSpan.FromSeconds(120));
    }

    /// <summary>How often each instrument's trades were subscribed, as the exchange itself counts.</summary>
    public Dictionary<string, int> Subscriptions(IEnumerable<string> keys) =>
        keys.ToDictionary(key => key, key => _simulator.CountSubscriptions($"trades.{key["deribit.".Length..]}.100ms"));

    /// <summary>Waits until each instrument was subscribed once more.</summary>
    public Task CollectedAgainAsync(Dictionary<string, int> before, TimeSpan limit) => Until.TrueAsync(
        () => Waiting(before).Count == 0, () => $"collected again: {Waiting(before).Count} are not, such as {Waiting(before)[0]}", limit);

    /// <summary>Waits until a collector has published something.</summary>
    public Task UntilSourceAsync(string topic, string source, params ChildProcess[] processes) =>
        UntilSourceAsync(topic, source, since: 0, processes);

    /// <summary>Waits until a collector has published something since a moment.</summary>
    public Task UntilSourceAsync(string topic, string source, long since, params ChildProcess[] processes) => Until.TrueAsync(
        () => Topics(topic) && Read(topic).Exists(record => record.Source == source && record.CreatedUnixMs > since),
        () => $"a record of {source}.\n{string.Join('\n', processes.Select(process => process.Everything))}",
        TimeSpan.FromSeconds(120));

    /// <summary>The keys whose newest word in the ledger is a collector's, traded or not.</summary>
    public HashSet<string> KeysOf(string source) => [.. Read("market.integrity").Where(record => record.Text("channel") == "trade")
        .GroupBy(record => record.Key).Where(group => group.MaxBy(record => record.Offset)!.Source == source).Select(group => group.Key)];

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    private List<string> Waiting(Dictionary<string, int> before) =>
        [.. Subscriptions(before.Keys).Where(now => now.Value <= before[now.Key]).Select(now => now.Key)];

    // Before the first collector has created them there is nothing to read.
    private bool Topics(string topic)
    {
        using var admin = new Confluent.Kafka.AdminClientBuilder(new Confluent.Kafka.AdminClientConfig { BootstrapServers = _bootstrapServers })
            .SetLogHandler((_, _) => { }).Build();
        return admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Exists(found => found.Topic == topic && found.Partitions.Count > 0);
    }
}
