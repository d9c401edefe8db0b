using Deribit.Simulator;

using MarketData.Cli.Up;
using MarketData.Collectors;
using MarketData.Embedded;
using MarketData.Embedded.Kafka;
using MarketData.ServiceDefaults;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MarketData.Integration.Tests.Rigs;

/// <summary>
/// The whole system over real sockets in one process, composed as <c>up</c> composes it: simulator, embedded Kafka, embedded Redis and the
/// three collectors, with an independent consumer that reads every topic from the beginning.
/// </summary>
internal sealed class Rig : IAsyncDisposable
{
    private readonly ILoggerFactory _loggers;
    private readonly DirectoryInfo _spill = Directory.CreateTempSubdirectory("marketdata-rig-");
    private bool _stopped;

    private Rig(
        SimulatorServer simulator, EmbeddedKafka kafka, EmbeddedRedis redis, IReadOnlyDictionary<string, string> settings,
        IReadOnlyDictionary<string, string>? tuning)
    {
        (Simulator, Kafka, Redis) = (simulator, kafka, redis);
        Topics = new TopicReader(kafka.BootstrapServers);
        Log = new TestLog();
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug));
        var overrides = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["exchanges:deribit:ws_url"] = simulator.WebSocketUri.ToString(),
            ["exchanges:deribit:history_url"] = simulator.HistoryUri.ToString(),
            ["exchanges:deribit:symbols"] = "*",
            ["kafka:bootstrap_servers"] = kafka.BootstrapServers,
            ["redis:url"] = redis.Address,
            ["kafka:spill:directory"] = _spill.FullName,
        };
        foreach (var (key, value) in settings)
            overrides[key] = value;
        var builder = new ConfigurationBuilder();
        builder.AddMarketDataConfiguration(new ConfigurationInputs { EnvironmentName = "Development", Overrides = overrides }).ThrowIfFaulty();
        if (tuning is not null)
            builder.AddInMemoryCollection(tuning.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        Collectors = new UpCollectors(builder.Build(), _loggers);
    }

    public SimulatorServer Simulator { get; }

    public EmbeddedKafka Kafka { get; }

    public EmbeddedRedis Redis { get; }

    public UpCollectors Collectors { get; }

    /// <summary>What an independent client reads from Kafka.</summary>
    public TopicReader Topics { get; }

    /// <summary>Everything that was logged.</summary>
    public TestLog Log { get; }

    public Collector OrderBooks => Collectors.All[0];

    public Collector Trades => Collectors.All[1];

    public Collector Tickers => Collectors.All[2];

    /// <summary>Starts everything and waits until every channel is acknowledged and every book is live.</summary>
    /// <param name="options">The simulator's.</param>
    /// <param name="settings">Operators' settings by their full names, beyond the rig's own.</param>
    /// <param name="waitUntilReady">False returns at once.</param>
    /// <param name="tuning">Options that are no operators' settings, by the name that the binder finds: <c>kafka:fullgrace</c>.</param>
    /// <param name="before">What happens after the servers are up and before the collectors start.</param>
    /// <param name="arrange">Prepares the simulator before anybody connects.</param>
    public static async Task<Rig> StartAsync(
        SimulatorOptions options, IReadOnlyDictionary<string, string>? settings = null, bool waitUntilReady = true,
        IReadOnlyDictionary<string, string>? tuning = null, Func<Rig, Task>? before = null, Action<SimulatorServer>? arrange = null)
    {
        var stop = TestContext.Current.CancellationToken;
        var simulator = await SimulatorServer.StartAsync(options, stop);
        arrange?.Invoke(simulator);
        var kafka = await EmbeddedKafka.StartAsync(cancellationToken: stop);
        var redis = await EmbeddedRedis.StartAsync(cancellationToken: stop);
        var rig = new Rig(simulator, kafka, redis, settings ?? new Dictionary<string, string>(), tuning);
        if (before is not null)
            await before(rig);
        rig.Collectors.Start();
        try
        {
            if (waitUntilReady)
                await rig.UntilReadyAsync();
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until no collector has a reason not to be ready.</summary>
    public Task UntilReadyAsync(TimeSpan? deadline = null) => Until.TrueAsync(
        () => Collectors.All.All(collector => CollectorHealth.Check(collector).Count == 0),
        () => string.Join("; ", Collectors.All.SelectMany(collector => CollectorHealth.Check(collector).Select(reason => collector.Name + " " + reason))),
        deadline);

    /// <summary>Stops the collectors in order; every lane must then obey the conservation law with nothing queued.</summary>
    /// <returns>Whether everything was acknowledged.</returns>
    public async Task<bool> StopAsync()
    {
        _stopped = true;
        var complete = await Collectors.StopAsync();
        foreach (var collector in Collectors.All)
        {
            foreach (var lane in collector.Pipeline.Lanes)
            {
                var counters = lane.Counters;
                var outcomes = counters.Acknowledged + counters.Conflated + counters.Spilled + counters.Rejected;
                Assert.True(counters.In == outcomes, $"{collector.Name}, {lane.Name}: {counters.In} events in, {outcomes} with an outcome " +
                    $"({counters.Acknowledged} acknowledged, {counters.Conflated} conflated, {counters.Spilled} spilled, {counters.Rejected} rejected).");
            }
        }

        return complete;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
            await ((Task)Collectors.StopAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Collectors.DisposeAsync();
        await Topics.DisposeAsync();
        await Simulator.DisposeAsync();
        await Kafka.DisposeAsync();
        await Redis.DisposeAsync();
        _loggers.Dispose();
        _spill.Delete(recursive: true);
    }
}
