using MarketData.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Archive;

/// <summary>Runs the archive for the life of a process.</summary>
internal sealed class ArchiveService(KafkaArchive archive, IHostApplicationLifetime lifetime, ILogger<ArchiveService> logger)
    : EndingService(lifetime)
{
    // What is not stored at the stop is not lost: it is not committed either.
    protected override async Task<bool> RunAsync(CancellationToken stoppingToken)
    {
        await archive.RunAsync(stoppingToken);
        return true;
    }

    protected override void Report(string reason, Exception? defect) => logger.ArchiveFailed(reason, defect);
}
