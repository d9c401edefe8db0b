using Deribit.Client;
using Deribit.Simulator;

using MarketData.Cli.History;
using MarketData.Cli.Replay;
using MarketData.Embedded;
using MarketData.Embedded.Kafka;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Up;

/// <summary>
/// The servers that the collectors talk to. Comes in: the configuration. Goes out: addresses. Owns: those that run in this process, each
/// only where the configuration names no server of the person's own.
/// </summary>
internal sealed class UpServers : IAsyncDisposable
{
    private const string Address = "exchanges:deribit:ws_url";
    private static readonly string[] s_sinks = ["kafka:bootstrap_servers", "redis:url"];

    private EmbeddedKafka? _kafka;
    private EmbeddedRedis? _redis;
    private DirectoryInfo? _spill;

    /// <summary>The simulated exchange in this process; null when it is another one.</summary>
    public SimulatorServer? Simulator { get; private set; }

    /// <summary>The recording in the place of the exchange; null when there is an exchange.</summary>
    public ReplaySource? Replay { get; private set; }

    /// <summary>Whether what waits on disk for Kafka outlives this process.</summary>
    public bool DiskIsKept => _spill is null;

    /// <summary>Where the files are that the Kafka of this process is archived in; null when it is not, or is elsewhere.</summary>
    public string? History { get; private set; }

    /// <summary>What the collectors must be told, by configuration key.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    public static async Task<UpServers> StartAsync(UpOptions options, LoadedConfiguration configuration, CancellationToken cancellationToken)
    {
        var servers = new UpServers();
        try
        {
            await servers.StartExchangeAsync(options, configuration, cancellationToken);
            await servers.StartSinksAsync(options, configuration, cancellationToken);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    private async Task StartExchangeAsync(UpOptions options, LoadedConfiguration configuration, CancellationToken cancellationToken)
    {
        if (options.Symbols is { } symbols)
            Settings[CommandLineFaults.SymbolsKey] = symbols;
        switch (options.Exchange)
        {
            case ExchangeChoice.Live:
                Settings[Address] = configuration[Address];
                return;
            case ExchangeChoice.Testnet:
                Settings[Address] = DeribitClientOptions.TestNetwork.AbsoluteUri;
                return;
            case ExchangeChoice.Replay:
                RefuseConfiguredServers(options, configuration);
                Replay = ReplaySource.Open(options.ReplayFiles, options.Speed, TimeProvider.System);
                Settings[Address] = configuration[Address];
                Settings.TryAdd(CommandLineFaults.SymbolsKey, "*");
                return;
        }

        Simulator = await LocalServers.StartExchangeAsync(options.Market, port: 0, cancellationToken);
        Settings[Address] = Simulator.WebSocketUri.ToString();
        Settings["exchanges:deribit:history_url"] = Simulator.HistoryUri.ToString();
        Settings.TryAdd(CommandLineFaults.SymbolsKey, "*");

        // The simulator knows no real credentials, and must never be sent any.
        Settings["exchanges:deribit:key"] = "";
        Settings["exchanges:deribit:secret"] = "";
    }

    // An old market must not get among a live one because a variable happened to be set.
    private static void RefuseConfiguredServers(UpOptions options, LoadedConfiguration configuration)
    {
        var named = s_sinks.Where(key => configuration[key].Length > 0).ToList();
        if (named.Count > 0 && !options.ToConfiguredServers)
        {
            throw new CommandLineError(
                [.. named.Select(key => $"{key} is set: a replay would write an old market there, among what live collectors write. "
                    + "Take it out for an embedded one, or say --to-configured-servers.")]);
        }
    }

    private async Task StartSinksAsync(UpOptions options, LoadedConfiguration configuration, CancellationToken cancellationToken)
    {
        Settings["kafka:bootstrap_servers"] = configuration["kafka:bootstrap_servers"];
        if (Settings["kafka:bootstrap_servers"].Length == 0)
        {
            _kafka = await LocalServers.StartKafkaAsync(configuration, port: 0, cancellationToken);
            Settings["kafka:bootstrap_servers"] = _kafka.BootstrapServers;
            if (options.HasHistory)
                Settings[HistoryFiles.Key] = History = HistoryOf(options.Exchange, new Uri(Settings[Address]), configuration[HistoryFiles.Key]);
        }

        // An embedded Kafka ends with the process, and so does what waits for it. What a replay could not deliver is not for live collectors to.
        if (_kafka is not null || options.Exchange == ExchangeChoice.Replay)
        {
            _spill = Directory.CreateTempSubdirectory("marketdata-up-");
            Settings["kafka:spill:directory"] = _spill.FullName;
        }

        Settings["redis:url"] = configuration["redis:url"];
        if (Settings["redis:url"].Length == 0)
        {
            _redis = await LocalServers.StartRedisAsync(options.RedisPort, cancellationToken);
            Settings["redis:url"] = _redis.Address;
        }
    }

    // What is simulated or replayed counts trades and changes anew in each run, and so does the test network beside the real one: within one
    // history, different events would be taken for one.
    private static string HistoryOf(ExchangeChoice choice, Uri exchange, string directory) => Path.GetFullPath(exchange.Host switch
    {
        _ when choice == ExchangeChoice.Replay => HistoryFiles.NewRun(directory),
        "www.deribit.com" => directory,
        var host when host == DeribitClientOptions.TestNetwork.Host => Path.Combine(directory, HistoryFiles.Testnet),
        _ => HistoryFiles.NewRun(directory),
    });

    public async ValueTask DisposeAsync()
    {
        if (Simulator is not null)
            await Simulator.DisposeAsync();
        if (_kafka is not null)
            await _kafka.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        _spill?.Delete(recursive: true);
    }
}
