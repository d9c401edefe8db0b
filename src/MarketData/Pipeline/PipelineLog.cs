using Microsoft.Extensions.Logging;

namespace MarketData.Pipeline;

/// <summary>The log messages of the pipeline room (6xxx).</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(6001, LogLevel.Error,
        "Lane {Lane} did not start; its sink gets nothing until the cause is removed and the service restarted.")]
    public static partial void LaneDidNotStart(this ILogger logger, string lane, Exception exception);

    [LoggerMessage(6002, LogLevel.Error, "Lane {Lane} refused an event of {Key}; {Faults} refused so far. The other lanes got it.")]
    public static partial void LaneRefusedEvent(this ILogger logger, string lane, string key, long faults, Exception exception);

    [LoggerMessage(6003, LogLevel.Error, "Lane {Lane} failed while it drained; what it still held is not delivered.")]
    public static partial void LaneDrainFailed(this ILogger logger, string lane, Exception exception);

    [LoggerMessage(6004, LogLevel.Information,
        "Lane {Lane} drained: complete {Complete}, in {In}, acknowledged {Acknowledged}, conflated {Conflated}, spilled {Spilled}, "
        + "rejected {Rejected}.")]
    public static partial void LaneDrained(
        this ILogger logger, string lane, bool complete, long @in, long acknowledged, long conflated, long spilled, long rejected);
}
