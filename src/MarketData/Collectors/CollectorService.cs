using MarketData.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketData.Collectors;

/// <summary>Runs one collector for the life of a process.</summary>
internal sealed class CollectorService(Collector collector, IHostApplicationLifetime lifetime, ILogger<CollectorService> logger)
    : EndingService(lifetime)
{
    protected override Task<bool> RunAsync(CancellationToken stoppingToken) => collector.RunAsync(stoppingToken);

    protected override void Report(string reason, Exception? defect) => logger.CollectorFailed(collector.Name, reason, defect);
}
