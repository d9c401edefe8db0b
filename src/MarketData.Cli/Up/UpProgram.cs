using System.Runtime.ExceptionServices;

using MarketData.Cli.History;
using MarketData.Cli.Replay;
using MarketData.Collectors;
using MarketData.Redis;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Up;

/// <summary>
/// <c>marketdata up</c> from start to exit code. Comes in: what the person asked for. Goes out: a live view, a summary, an exit code.
/// Owns: the order of everything: servers, collectors, archiver, view; then collectors, archiver, view, servers.
/// </summary>
internal static class UpProgram
{
    public static async Task<int> RunAsync(UpOptions options)
    {
        using var stopping = new CancellationTokenSource();
        try
        {
            // A file of an earlier up must not be taken for ours.
            if (options.AddressesFile is { } file)
                AddressBook.Remove(file);
            var configuration = new ConfigurationBuilder().AddMarketDataConfiguration(Inputs(options, []));
            configuration.ThrowIfFaulty();
            using var signals = new GracefulStop(
                _ => stopping.Cancel(), TimeSpan.FromSeconds(double.Parse(configuration["shutdown:timeout_seconds"], null)), TimeProvider.System);
            signals.Listen();
            await using var servers = await UpServers.StartAsync(options, configuration, stopping.Token);
            return await RunAsync(options, servers, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (ConfigurationError error)
        {
            await Console.Error.WriteLineAsync(CommandLineFaults.Sentence(error, options.Symbols));
            return ExitCode.Configuration;
        }
        catch (Exception exception) when (exception is ConfigurationFaultsException or CommandLineError)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCode.Configuration;
        }
        catch (Exception exception) when (exception is MarketDataError or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{Name(options)} cannot go on: {exception.Message}");
            return ExitCode.Failed;
        }
    }

    private static string Name(UpOptions options) => options.Exchange == ExchangeChoice.Replay ? "replay" : "up";

    private static ConfigurationInputs Inputs(UpOptions options, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var inputs = ConfigurationInputs.FromProcess(
            Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Development",
            options.ConfigDirectory is { } directory ? ["--config", directory] : []);
        return inputs with { Overrides = new Dictionary<string, string>(settings, StringComparer.Ordinal) };
    }

    private static async Task<int> RunAsync(UpOptions options, UpServers servers, CancellationToken stop)
    {
        var inTable = !options.Plain && !Console.IsOutputRedirected;
        var recent = new RecentLog();
        await using var app = BuildHealthEndpoint(options, servers, inTable ? recent : null, out var collectors, out var archive);
        await StartAsync(app, stop);
        archive?.Start(stop);
        collectors.Start();

        var addresses = new AddressBook(
            servers.Settings["kafka:bootstrap_servers"],
            new RedisOptions { Url = servers.Settings["redis:url"] }.Address,
            app.Urls.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal),
            servers.Settings["exchanges:deribit:ws_url"],
            servers.History);
        var display = new UpDisplay(new UpViewBuilder(collectors.All, archive, TimeProvider.System), recent, inTable);
        var faults = new List<Exception>();
        try
        {
            await AttemptAsync(faults, ShowAsync);

            // Nothing is written to Kafka any more when the archiver reads the rest.
            var complete = await AttemptAsync(faults, collectors.StopAsync);
            if (archive is not null)
                complete &= await AttemptAsync(faults, archive.StopAsync);

            // Who mistyped a setting has not collected anything.
            if (!faults.OfType<ConfigurationError>().Any())
                display.WriteSummary(complete && faults.Count == 0, servers.DiskIsKept, servers.History, archive?.Remark);
            await app.StopAsync(CancellationToken.None);
            foreach (var further in faults.Skip(1))
                await Console.Error.WriteLineAsync(further.Message);
            if (faults is [var first, ..])
                ExceptionDispatchInfo.Throw(first);
            return !complete ? ExitCode.Failed : servers.Replay?.ExitCode ?? ExitCode.Ok;
        }
        finally
        {
            addresses.RemoveDefault();
        }

        async Task<bool> ShowAsync()
        {
            Announce(addresses, options, servers.Replay);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var filed = WriteFilesAsync(addresses, options, collectors, over.Token);
            await display.RunAsync(new UpEnd(options, servers, collectors, archive, TimeProvider.System).WaitAsync(stop));
            await over.CancelAsync();
            await filed;
            return true;
        }
    }

    // What was collected is stored and counted whatever went wrong before.
    private static async Task<bool> AttemptAsync(List<Exception> faults, Func<Task<bool>> part)
    {
        try
        {
            return await part();
        }
        catch (Exception exception)
        {
            faults.Add(exception);
            return false;
        }
    }

    private static async Task StartAsync(WebApplication app, CancellationToken stop)
    {
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException exception)
        {
            throw new IOException(
                $"the port of health and metrics cannot be opened. {exception.Message} Choose another with --http-port; "
                + "0 takes any free one.", exception);
        }
    }

    private static WebApplication BuildHealthEndpoint(UpOptions options, UpServers servers, RecentLog? log, out UpCollectors collectors, out UpArchive? archive)
    {
        var settings = servers.Settings.ToDictionary(StringComparer.Ordinal);
        if (options.HttpPort is { } port)
            settings["health:port"] = $"{port}";
        settings.TryAdd("health:address", "localhost");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "marketdata-up" });
        builder.AddServiceDefaults(defaults =>
        {
            defaults.Inputs = Inputs(options, []);
            foreach (var (key, value) in settings)
                defaults.Overrides[key] = value;
            defaults.LogToStandardError = true;
        });
        if (log is not null)
            builder.Logging.ClearProviders().AddProvider(log);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // A start that fails is told in one sentence; the host would tell it before, with a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddSingleton(services => new UpCollectors(
            builder.Configuration, services.GetRequiredService<ILoggerFactory>(), servers.Replay?.Replay));
        foreach (var (name, index) in new[] { ("orderbooks", 0), ("trades", 1), ("tickers", 2) })
        {
            builder.Services.AddHealthChecks().Add(new(
                name, services => new CollectorHealthCheck(services.GetRequiredService<UpCollectors>().All[index]), failureStatus: null, tags: null));
        }

        if (servers.History is not null)
        {
            builder.Services.AddSingleton(services => new UpArchive(builder.Configuration, services.GetRequiredService<ILoggerFactory>()));
            builder.Services.AddHealthChecks().Add(
                new("archiver", services => services.GetRequiredService<UpArchive>().Health, failureStatus: null, tags: null));
        }

        var app = builder.Build();
        app.MapServiceDefaults();
        collectors = app.Services.GetRequiredService<UpCollectors>();
        archive = app.Services.GetService<UpArchive>();
        return app;
    }

    private static void Announce(AddressBook addresses, UpOptions options, ReplaySource? replay)
    {
        addresses.Announce(Console.Out);
        Console.Out.WriteLine(replay is null ? $"exchange  {addresses.Exchange}" : $"replay    {replay}");
        if (addresses.History is { } history)
            Console.Out.WriteLine($"history   {HistoryFiles.Shown(history)}");
        else if (options.HasHistory)
            Console.Out.WriteLine("history   none: MarketData.Archiver archives a Kafka of your own");
        foreach (var finding in replay?.Findings ?? [])
            Console.Error.WriteLine(finding);
        Console.Out.Flush();
    }

    /// <summary>Leaves the addresses once every collector has subscribed, so that a script that waits for the file finds all of it up.</summary>
    private static async Task WriteFilesAsync(AddressBook addresses, UpOptions options, UpCollectors collectors, CancellationToken over)
    {
        var all = Task.WhenAll(collectors.All.Select(collector => collector.Streaming));
        await Task.WhenAny(all, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over));
        if (!all.IsCompletedSuccessfully)
            return;
        addresses.WriteDefault();
        if (options.AddressesFile is { } file)
            addresses.Write(file);
    }
}
