using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketData.ServiceDefaults;

/// <summary>What every service has in common, in two calls: one before and one after <c>builder.Build()</c>.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Reads and checks the configuration, then sets up the log, the health port with <c>/health</c>, <c>/alive</c> and <c>/metrics</c>,
    /// telemetry, clients over HTTP, and the graceful stop. Call it first. The result is also a singleton service.
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="configure">What differs for this service.</param>
    /// <returns>The configuration as read; its values are in <c>builder.Configuration</c> too.</returns>
    /// <exception cref="ConfigurationFaultsException">The configuration has faults; all of them are listed.</exception>
    public static LoadedConfiguration AddServiceDefaults(
        this WebApplicationBuilder builder, Action<ServiceDefaultsOptions>? configure = null)
    {
        var options = new ServiceDefaultsOptions();
        configure?.Invoke(options);
        var loaded = LoadConfiguration(builder, options);

        LoggingDefaults.Add(builder, loaded, options.LogToStandardError);
        HealthDefaults.Add(builder, loaded);
        TelemetryDefaults.Add(builder);
        HttpDefaults.Add(builder.Services);
        builder.Services.AddSingleton(loaded);
        builder.Services.AddSingleton<IHostLifetime, GracefulStopLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout =
            TimeSpan.FromSeconds(double.Parse(loaded["shutdown:timeout_seconds"], CultureInfo.InvariantCulture)));
        return loaded;
    }

    /// <summary>Maps <c>/health</c>, <c>/alive</c> and <c>/metrics</c>, and logs where they listen once the service has started.</summary>
    /// <param name="app">The service.</param>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        HealthDefaults.Map(app);
        TelemetryDefaults.Map(app);
        var loaded = app.Services.GetRequiredService<LoadedConfiguration>();
        AdminDefaults.Map(app, loaded);
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var (service, environment) = (app.Environment.ApplicationName, app.Environment.EnvironmentName);
            HostLog.Started(app.Logger, service, environment, loaded.Directory ?? "built-in defaults");
            if (app.Logger.IsEnabled(LogLevel.Information)) HostLog.Listening(app.Logger, string.Join(", ", app.Urls));
        });
        return app;
    }

    private static LoadedConfiguration LoadConfiguration(WebApplicationBuilder builder, ServiceDefaultsOptions options)
    {
        var inputs = options.Inputs ?? ConfigurationInputs.FromProcess(builder.Environment.EnvironmentName, options.Arguments);
        var loaded = builder.Configuration.AddMarketDataConfiguration(
            inputs with { Overrides = options.Overrides.AsReadOnly() }, options.Schema);
        // A check that asks for a required key finds the other faults again.
        ConfigurationFault[] faults =
            [.. loaded.FindFaults(options.RequiredKeys).Concat(options.Checks.SelectMany(check => check(loaded))).Distinct()];
        return faults.Length == 0 ? loaded : throw new ConfigurationFaultsException(faults);
    }
}
