using Deribit.Simulator;

using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded;

namespace MarketData.Cli.Tests.Replicas;

/// <summary>An exchange, a Redis and a Kafka for collectors in processes of their own, and what the topics say of them.</summary>
internal sealed class ReplicaSystem : IAsyncDisposable
{
    private readonly ReplicaStream _stream;
    private readonly string _bootstrapServers;
    private readonly SimulatorServer _simulator;
    private readonly EmbeddedRedis _redis;
    private readonly int _sessionSeconds;

    private ReplicaSystem(ReplicaStream stream, string bootstrapServers, SimulatorServer simulator, EmbeddedRedis redis, int sessionSeconds) =>
        (_stream, _bootstrapServers, _simulator, _redis, _sessionSeconds) = (stream, bootstrapServers, simulator, redis, sessionSeconds);

    public static long NowUnixMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<ReplicaSystem> StartAsync(
        ReplicaStream stream, string bootstrapServers, int instruments, int framesPerSecond, int sessionSeconds)
    {
        var stop = TestContext.Current.CancellationToken;
        var options = new SimulatorOptions { Instruments = instruments, FramesPerSecond = framesPerSecond, KeepHistory = true, KeepBookTimes = true };
        var simulator = await SimulatorServer.StartAsync(options, stop);
        return new ReplicaSystem(stream, bootstrapServers, simulator, await EmbeddedRedis.StartAsync(cancellationToken: stop), sessionSeconds);
    }

    public ChildProcess Start(string id) => CollectorProcess.Start(
        _stream.Collector, _simulator, _bootstrapServers, _redis,
        [
            ("KAFKA__SESSION_TIMEOUT_SECONDS", $"{_sessionSeconds}"), ("EXCHANGES__DERIBIT__HTTP_URL", _simulator.HttpUri.ToString()),
            ("COLLECTOR__ID", id),
        ]);

    public List<ReplicaRecord> Read(string topic) => ReplicaRecord.ReadAll(_bootstrapServers, topic);

    /// <summary>Everything that readers can know once the collectors have ended.</summary>
    public ReplicaTopics ReadTopics() => new(_stream, Read(_stream.Topic), Read("market.integrity"), Read("market.checkpoints"), this);

    /// <summary>The trades of an instrument from a number to another, as the exchange knows them.</summary>
    public List<long> Sequences(string key, long from, long to) => [.. _simulator.Market.GetTrades(NameOf(key))
        .Select(trade => trade.TradeSeq).Where(sequence => sequence >= from && sequence <= to).Order()];

    /// <summary>The book of an instrument right after a change, as the exchange knows it.</summary>
    public SimulatedBook? Book(string key, long changeId) => _simulator.Market.GetBook(NameOf(key), changeId);

    /// <summary>When the book of an instrument changed first behind a change.</summary>
    public long? NextChangeUnixMs(string key, long changeId) => _simulator.Market.GetNextChangeUnixMs(NameOf(key), changeId);

    /// <summary>
    /// Waits until the exchange has every instrument's channel subscribed: from this moment on nothing may be missing.
    /// </summary>
    /// <returns>Of each instrument how far the exchange is: the number of its newest trade, 0 without one, or its book's change.</returns>
    public async Task<Dictionary<string, long>> SubscribedAsync(params ChildProcess[] processes)
    {
        var keys = Newest().Keys;
        await Until.TrueAsync(
            () => Subscriptions(keys).Values.All(count => count > 0),
            () => $"every instrument subscribed\n{string.Join('\n', processes.Select(one => one.Everything))}", TimeSpan.FromSeconds(120));
        return Newest();
    }

    /// <summary>
    /// Waits until the topic has everything that the exchange has made from a moment until now, but for what the ledger says is not known.
    /// </summary>
    /// <param name="begun">How far the exchange was then, of every instrument.</param>
    /// <param name="processes">Who tell their story if it never comes.</param>
    /// <returns>Of each instrument how far the exchange is now.</returns>
    public async Task<Dictionary<string, long>> CaughtUpAsync(Dictionary<string, long> begun, params ChildProcess[] processes)
    {
        var newest = Newest();
        var missing = new List<string>();
        await Until.TrueAsync(
            () =>
            {
                var published = Read(_stream.Topic).ToLookup(record => record.Key, record => record.Number(_stream.Id));
                missing = [.. newest.SelectMany(one => Missing(one.Key, begun[one.Key], one.Value, [.. published[one.Key]]))];
                return missing.Count == 0;
            },
            () => $"everything on the topic: {string.Join(", ", missing)}\n{LedgerOf(missing[0].Split(' ')[0])}\n{string.Join('\n', processes.Select(one => one.Everything))}",
            TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(250));
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
                newest = [.. Read("market.integrity").Where(record => record.Text("channel") == _stream.Channel).GroupBy(record => record.Key)
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

    /// <summary>How often each instrument was subscribed, as the exchange itself counts.</summary>
    public Dictionary<string, int> Subscriptions(IEnumerable<string> keys) =>
        keys.ToDictionary(key => key, key => _simulator.CountSubscriptions(_stream.ChannelOf(key)));

    /// <summary>Waits until each instrument was subscribed once more.</summary>
    public Task CollectedAgainAsync(Dictionary<string, int> before, TimeSpan limit) => Until.TrueAsync(
        () => Waiting(before).Count == 0, () => $"collected again: {Waiting(before).Count} are not, such as {Waiting(before)[0]}", limit);

    /// <summary>Waits until a collector has published something since a moment.</summary>
    public Task UntilSourceAsync(string source, long since, params ChildProcess[] processes) => Until.TrueAsync(
        () => HasTopic() && Read(_stream.Topic).Exists(record => record.Source == source && record.CreatedUnixMs > since),
        () => $"a record of {source}.\n{string.Join('\n', processes.Select(process => process.Everything))}",
        TimeSpan.FromSeconds(120), TimeSpan.FromMilliseconds(100));

    /// <summary>The keys whose newest word in the ledger is a collector's, traded or not.</summary>
    public HashSet<string> KeysOf(string source) => [.. Read("market.integrity").Where(record => record.Text("channel") == _stream.Channel)
        .GroupBy(record => record.Key).Where(group => group.MaxBy(record => record.Offset)!.Source == source).Select(group => group.Key)];

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    private List<string> Waiting(Dictionary<string, int> before) =>
        [.. Subscriptions(before.Keys).Where(now => now.Value <= before[now.Key]).Select(now => now.Key)];

    private string LedgerOf(string key) => string.Join('\n', Read("market.integrity").Where(record => record.Key == key).OrderBy(record => record.Offset)
        .Select(record => $"{record.CreatedUnixMs} {record.Source} {System.Text.Encoding.UTF8.GetString(record.Value)}"));

    private Dictionary<string, long> Newest() => _simulator.Market.InstrumentNames.ToDictionary(name => $"deribit.{name}", name =>
        _stream.Channel == "orderbook" ? _simulator.Market.GetBook(name).ChangeId : _simulator.Market.GetTrades(name) is [.., var last] ? last.TradeSeq : 0);

    // Not every change of a book must be there, since a book goes on with a snapshot: the newest one, or one behind it.
    private IEnumerable<string> Missing(string key, long behind, long newest, HashSet<long> published) => _stream.Channel == "orderbook"
        ? (published.Any(id => id >= newest) ? [] : [$"{key} {newest}"])
        : Sequences(key, behind + 1, newest)
            .Where(one => !published.Contains(one)).Select(one => $"{key} {one}");

    private static string NameOf(string key) => key["deribit.".Length..];

    // Before the first collector has created them there is nothing to read.
    private bool HasTopic()
    {
        using var admin = new Confluent.Kafka.AdminClientBuilder(new Confluent.Kafka.AdminClientConfig { BootstrapServers = _bootstrapServers })
            .SetLogHandler((_, _) => { }).Build();
        return admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Exists(found => found.Topic == _stream.Topic && found.Partitions.Count > 0);
    }
}
