using Microsoft.Extensions.Logging;

namespace MarketData;

/// <summary>The log messages of this project: pipeline 6xxx, collectors 81xx.</summary>
internal static partial class MarketDataLog
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
        + "rejected {Rejected}, of which lost {Lost}.")]
    public static partial void LaneDrained(
        this ILogger logger, string lane, bool complete, long @in, long acknowledged, long conflated, long spilled, long rejected,
        long lost);

    [LoggerMessage(8101, LogLevel.Information, "Collector {Collector} collects {Count} instruments of {Exchange}: {Channels} channels")]
    public static partial void CollectorCollects(this ILogger logger, string collector, int count, string exchange, int channels);

    [LoggerMessage(8102, LogLevel.Warning, "Collector {Collector}: {Warning}")]
    public static partial void SymbolWarning(this ILogger logger, string collector, string warning);

    [LoggerMessage(8103, LogLevel.Information,
        "Collector {Collector} stopped after {Events} events; on its lanes {Refused} were refused and are accounted for, {Lost} are lost, "
        + "{Spilled} wait on disk.")]
    public static partial void CollectorStopped(this ILogger logger, string collector, long events, long refused, long lost, long spilled);

    [LoggerMessage(8104, LogLevel.Critical, "Collector {Collector} cannot go on: {Reason}")]
    public static partial void CollectorFailed(this ILogger logger, string collector, string reason, Exception? exception);

    [LoggerMessage(8105, LogLevel.Error,
        "Collector {Collector} gave up after {Deadline}: a full lane had no room for what was received before the stop. Those events are lost; "
        + "trades among them show as a hole when the collector is back.")]
    public static partial void CollectorGaveUp(this ILogger logger, string collector, TimeSpan deadline);

    [LoggerMessage(8106, LogLevel.Warning,
        "Collector {Collector} starts without the word of Kafka, which did not come within {Patience}: it collects the configured list "
        + "until it does.")]
    public static partial void ProvisionalStart(this ILogger logger, string collector, TimeSpan patience);

    [LoggerMessage(8112, LogLevel.Warning,
        "Collector {Collector} starts before the replicas' group has given it a share, which did not come within {Patience}. What it collects "
        + "until then, if anything, is held back.")]
    public static partial void StartWithoutShare(this ILogger logger, string collector, TimeSpan patience);

    [LoggerMessage(8107, LogLevel.Warning,
        "Collector {Collector} does not use the configured list, because the symbols topic has been used since. The list has faults: {Faults}")]
    public static partial void ConfiguredListUnused(this ILogger logger, string collector, string faults);

    [LoggerMessage(8108, LogLevel.Information, "Collector {Collector} closed {Count} instruments: {Reason}")]
    public static partial void InstrumentsClosed(this ILogger logger, string collector, int count, string reason);

    [LoggerMessage(8109, LogLevel.Error, "Collector {Collector} could not apply a change of what is to be collected; it is tried again.")]
    public static partial void FollowerFailed(this ILogger logger, string collector, Exception exception);

    [LoggerMessage(8110, LogLevel.Warning, "Collector {Collector} could not read the instrument list again: {Reason}")]
    public static partial void ListingsUnread(this ILogger logger, string collector, string reason);

    [LoggerMessage(8111, LogLevel.Error,
        "Collector {Collector} is not told where the trade tapes ended, which begin with what arrives: {Reason}")]
    public static partial void PositionsRefused(this ILogger logger, string collector, string reason);

    [LoggerMessage(8113, LogLevel.Warning, "Collector {Collector} was paused by an operator: it collects nothing until it is resumed.")]
    public static partial void Paused(this ILogger logger, string collector);

    [LoggerMessage(8114, LogLevel.Information, "Collector {Collector} was resumed by an operator.")]
    public static partial void Resumed(this ILogger logger, string collector);

    [LoggerMessage(8115, LogLevel.Information, "An operator asks collector {Collector} for the book of {Instrument} anew.")]
    public static partial void ResyncAsked(this ILogger logger, string collector, string instrument);

    [LoggerMessage(8116, LogLevel.Information, "An operator told collector {Collector} that {Key} is to be collected.")]
    public static partial void SymbolAdded(this ILogger logger, string collector, string key);
}
