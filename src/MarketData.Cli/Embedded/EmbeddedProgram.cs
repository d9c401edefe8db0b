using MarketData.ServiceDefaults;

namespace MarketData.Cli.Embedded;

/// <summary>
/// <c>marketdata embedded</c> from start to exit code. Comes in: what the person asked for. Goes out: the addresses, health, an exit code. Owns: the
/// servers, which outlive the health endpoint.
/// </summary>
internal static class EmbeddedProgram
{
    public static async Task<int> RunAsync(EmbeddedOptions options)
    {
        try
        {
            // A file of an earlier run must not be taken for ours.
            if (options.AddressesFile is { } file)
                AddressBook.Remove(file);
            var builder = NewBuilder(options, out var loaded);
            await using var servers = await EmbeddedServers.StartAsync(options.Market, loaded);
            return await RunAsync(builder, servers, loaded, options.AddressesFile);
        }
        catch (Exception exception) when (exception is ConfigurationFaultsException or CommandLineError)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCode.Configuration;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"embedded cannot start: {exception.Message}");
            return ExitCode.Failed;
        }
    }

    private static WebApplicationBuilder NewBuilder(EmbeddedOptions options, out LoadedConfiguration loaded)
    {
        var environment = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "Development";
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "marketdata-embedded", EnvironmentName = environment });
        loaded = builder.AddServiceDefaults(defaults =>
        {
            defaults.Inputs = ConfigurationInputs.FromProcess(environment, options.ConfigDirectory is { } directory ? ["--config", directory] : []);
            defaults.LogToStandardError = true;

            // The servers are for this machine, and so is what tells of them.
            defaults.Overrides["health:address"] = "localhost";
            if (options.HttpPort is { } port)
                defaults.Overrides["health:port"] = $"{port}";
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder;
    }

    private static async Task<int> RunAsync(WebApplicationBuilder builder, EmbeddedServers servers, LoadedConfiguration loaded, string? file)
    {
        await using var app = builder.Build();
        AddressBook? addresses = null;
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            addresses = new AddressBook(
                servers.Kafka, servers.Redis, app.Urls.First(), servers.Exchange ?? loaded["exchanges:deribit:ws_url"], History: null);
            Announce(addresses, hasExchange: servers.Exchange is not null);
            addresses.WriteDefault();
            try
            {
                if (file is not null)
                    addresses.Write(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"--addresses {file}: the file cannot be written. {exception.Message}");
                Environment.ExitCode = ExitCode.Failed;
                app.Lifetime.StopApplication();
            }
        });
        try
        {
            return await ServiceHost.RunAsync(app);
        }
        finally
        {
            addresses?.RemoveDefault();
        }
    }

    private static void Announce(AddressBook addresses, bool hasExchange)
    {
        addresses.Announce(Console.Out);
        Console.Out.WriteLine(hasExchange ? $"exchange  {addresses.Exchange}" : "exchange  none");
        var exchange = hasExchange ? $" EXCHANGES__DERIBIT__WS_URL={addresses.Exchange} EXCHANGES__DERIBIT__SYMBOLS='*'" : "";
        Console.Out.WriteLine($"Collectors find them with KAFKA_BOOTSTRAP_SERVERS={addresses.Kafka} REDIS_URL={addresses.Redis}{exchange}");
        Console.Out.WriteLine("Everything is in memory and ends with this process. Ctrl-C stops.");
        Console.Out.Flush();
    }
}
