using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketData.Collectors;

/// <summary>Runs one collector for the life of a process, and ends the process with exit code 1 when the collector cannot go on.</summary>
internal sealed class CollectorService(Collector collector, IHostApplicationLifetime lifetime, ILogger<CollectorService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (!await collector.RunAsync(stoppingToken))
                Environment.ExitCode = 1;
        }
        catch (Exception exception)
        {
            logger.CollectorFailed(collector.Name, exception.Message, exception is MarketDataError ? null : exception);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }
}
