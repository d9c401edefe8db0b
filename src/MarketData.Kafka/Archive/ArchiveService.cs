using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Archive;

/// <summary>Runs the archive for the life of a process, and ends the process with a telling exit code when the archive cannot go on.</summary>
internal sealed class ArchiveService(KafkaArchive archive, IHostApplicationLifetime lifetime, ILogger<ArchiveService> logger) : BackgroundService
{
    // What the service's exit code says: 1 = failed, 2 = the configuration cannot be used.
    private const int Failed = 1;
    private const int Configuration = 2;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await archive.RunAsync(stoppingToken);
        }
        catch (Exception exception)
        {
            logger.ArchiveFailed(exception.Message, exception is MarketDataError ? null : exception);
            Environment.ExitCode = exception is ConfigurationError ? Configuration : Failed;
            lifetime.StopApplication();
        }
    }
}
