using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketData.Collectors;

/// <summary>Runs one collector for the life of a process, and ends the process with exit code 1 when the collector cannot go on.</summary>
internal sealed class CollectorService(Collector collector, IHostApplicationLifetime lifetime, ILogger<CollectorService> logger) : BackgroundService
{
    // What the service's exit code says: 1 = failed, 2 = the configuration cannot be used.
    private const int Failed = 1;
    private const int Configuration = 2;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (!await collector.RunAsync(stoppingToken))
                Environment.ExitCode = Failed;
        }
        catch (Exception exception)
        {
            logger.CollectorFailed(collector.Name, exception.Message, exception is MarketDataError ? null : exception);
            Environment.ExitCode = exception is ConfigurationError ? Configuration : Failed;
            lifetime.StopApplication();
        }
    }
}
