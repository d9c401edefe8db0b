using Deribit.Client;

using MarketData.Collectors;
using MarketData.Deribit;
using MarketData.Kafka;
using MarketData.Redis;

namespace MarketData.Cli.Up;

/// <summary>
/// The three collectors in this process, each composed as its executable composes it. Comes in: one configuration. Goes out: running
/// collectors. Owns: their containers and their tasks.
/// </summary>
internal sealed class UpCollectors : IAsyncDisposable
{
    private readonly List<ServiceProvider> _containers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task<bool>> _runs = [];

    /// <param name="configuration">The whole configuration.</param>
    /// <param name="loggerFactory">Where everything logs.</param>
    /// <param name="replay">The recording in the place of the exchange; null = the exchange of the configuration.</param>
    public UpCollectors(IConfiguration configuration, ILoggerFactory loggerFactory, DeribitReplay? replay = null)
    {
        // All three connect from one address: the exchange counts their calls together.
        var budget = new DeribitCallBudget(timeProvider: TimeProvider.System);
        Add("orderbooks", DataKind.OrderBook);
        Add("trades", DataKind.Trade);
        Add("tickers", DataKind.Ticker);
        return;

        void Add(string name, DataKind kind)
        {
            var services = new ServiceCollection()
                .AddSingleton(configuration)
                .AddSingleton(loggerFactory)
                .AddLogging()
                .AddMetrics()
                .AddSingleton(budget)
                .AddKafkaLane()
                .AddRedisLane()
                .AddCollector(new CollectorOptions { Name = name, Kinds = kind });

            // A replay depends on nothing but its recording: not on what market.symbols asks for, not on where an earlier run ended.
            if (replay is null)
                services.AddDeribit().AddKafkaSymbols().AddKafkaReplicas();
            else
                services.AddDeribitReplay(replay);
            _containers.Add(services.BuildServiceProvider());
        }
    }

    public IReadOnlyList<Collector> All => field ??= [.. _containers.Select(container => container.GetRequiredService<Collector>())];

    /// <summary>Completes when a collector has ended: by a fault, for nothing else ends one before the stop.</summary>
    public Task AnyEnded => Task.WhenAny(_runs);

    public void Start()
    {
        foreach (var collector in All)
            _runs.Add(Task.Run(() => collector.RunAsync(_stop.Token)));
    }

    /// <summary>Stops the intake and waits until the lanes are drained.</summary>
    /// <returns>Whether no collector left anything behind, lost or on disk.</returns>
    /// <exception cref="MarketDataError">A collector had ended by a fault.</exception>
    public async Task<bool> StopAsync()
    {
        await _stop.CancelAsync();
        return (await Task.WhenAll(_runs)).All(complete => complete);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_runs).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        foreach (var container in _containers)
            await container.DisposeAsync();
        _stop.Dispose();
    }
}
