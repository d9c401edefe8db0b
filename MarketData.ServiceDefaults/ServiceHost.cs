using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Runs one service from start to exit code. Comes in: the command line and what the service is made of. Goes out: an
/// <see cref="ExitCode"/>. Owns: the web application. Runs on: the main thread.
/// </summary>
public static class ServiceHost
{
    /// <summary>
    /// Builds the service with all defaults, runs it until it is told to stop, and says how it ended. With <c>--health-check</c> on the command
    /// line it only asks the one that runs already whether it is ready.
    /// </summary>
    /// <param name="name">The service's name in health reports and metrics, for example <c>orderbooks</c>.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="configure">What differs from other services in configuration; null: nothing.</param>
    /// <param name="compose">Adds what the service is made of.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        string name,
        string[] arguments,
        Action<ServiceDefaultsOptions>? configure,
        Action<WebApplicationBuilder, LoadedConfiguration> compose)
    {
        WebApplication app;
        try
        {
            // The content root is not used; .NET's own reading of appsettings and of the command line stays below ours.
            var hostOptions = new WebApplicationOptions { ApplicationName = name, Args = HostArguments(arguments) };
            var builder = WebApplication.CreateSlimBuilder(hostOptions);
            if (arguments.Contains(HealthProbe.Option)) return await HealthProbe.RunAsync(builder, arguments, configure, Console.Out);
            var loaded = builder.AddServiceDefaults(options =>
            {
                options.Arguments = arguments;
                configure?.Invoke(options);
            });
            compose(builder, loaded);
            app = builder.Build();
        }
        catch (ConfigurationFaultsException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return ExitCode.Configuration;
        }

        await using (app) return await RunAsync(app);
    }

    /// <summary>Maps the defaults' endpoints, runs a built service until it is told to stop, and says how it ended.</summary>
    /// <param name="app">The service, built after <see cref="ServiceDefaultsExtensions.AddServiceDefaults"/>. The caller disposes it.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(WebApplication app)
    {
        app.MapServiceDefaults();
        try
        {
            await app.StartAsync();
            await app.WaitForShutdownAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return DeadlinePassed(app);
        }
        catch (Exception error) when (error.InnerException is AddressInUseException)
        {
            HostLog.CannotListen(app.Logger, error.Message);
            return ExitCode.Failed;
        }
        catch (Exception error)
        {
            HostLog.Failed(app.Logger, error);
            return ExitCode.Failed;
        }

        // The host reports neither a background service that threw (it only stops in order) nor one that it stopped waiting for.
        var tasks = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Select(service => service.ExecuteTask).ToList();
        if (tasks.Find(task => task is { IsFaulted: true }) is { Exception: { } fault })
        {
            HostLog.Failed(app.Logger, fault.InnerException ?? fault);
            return ExitCode.Failed;
        }

        if (tasks.Exists(task => task is { IsCompleted: false })) return DeadlinePassed(app);
        HostLog.Stopped(app.Logger);

        // A part of the service that stopped it in order, for a reason, has left its exit code here.
        return Environment.ExitCode;
    }

    private static int DeadlinePassed(WebApplication app)
    {
        HostLog.DeadlinePassed(app.Logger, app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout.TotalSeconds);
        return ExitCode.Failed;
    }

    // Only what the host itself reads; our own keys go through our own chain, which reports what it does not know.
    private static string[] HostArguments(string[] arguments)
    {
        const string Option = "--environment";
        var at = Array.FindLastIndex(arguments, argument =>
            argument == Option || argument.StartsWith(Option + "=", StringComparison.Ordinal));
        if (at < 0) return [];
        return arguments[at] == Option ? arguments[at..Math.Min(at + 2, arguments.Length)] : [arguments[at]];
    }
}
