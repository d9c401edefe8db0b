using Microsoft.Extensions.Logging;

namespace MarketData.Collectors;

/// <summary>The collectors' log messages, 81xx.</summary>
internal static partial class CollectorLog
{
    [LoggerMessage(8101, LogLevel.Information, "Collector {Collector} collects {Count} instruments of {Exchange}")]
    public static partial void Collecting(ILogger logger, string collector, int count, string exchange);

    [LoggerMessage(8102, LogLevel.Warning, "Collector {Collector}: {Warning}")]
    public static partial void SymbolWarning(ILogger logger, string collector, string warning);

    [LoggerMessage(8103, LogLevel.Information, "Collector {Collector} stopped after {Events} events (everything acknowledged: {Complete})")]
    public static partial void Stopped(ILogger logger, string collector, long events, bool complete);

    [LoggerMessage(8104, LogLevel.Critical, "Collector {Collector} cannot go on: {Reason}")]
    public static partial void Failed(ILogger logger, string collector, string reason, Exception? exception);
}
