using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>The adapter's log messages, 4xxx.</summary>
internal static partial class AdapterLog
{
    [LoggerMessage(4001, LogLevel.Warning, "The book of {Instrument} got no snapshot by resubscribing: opening a new connection")]
    public static partial void NewConnectionForBook(ILogger logger, string instrument);

    [LoggerMessage(4002, LogLevel.Warning, "Resubscribing {Count} books failed: {Reason}")]
    public static partial void ResubscribeFailed(ILogger logger, int count, string reason);

    [LoggerMessage(4003, LogLevel.Information, "Connected to {Address} (generation {Generation}, authenticated: {Authenticated})")]
    public static partial void Connected(ILogger logger, Uri address, long generation, bool authenticated);

    [LoggerMessage(4004, LogLevel.Warning, "Disconnected (generation {Generation}): {Reason}")]
    public static partial void Disconnected(ILogger logger, long generation, string reason);

    [LoggerMessage(4011, LogLevel.Information, "Disconnected (generation {Generation}) because the collector stops")]
    public static partial void Stopped(ILogger logger, long generation);

    [LoggerMessage(4005, LogLevel.Error, "Deribit refuses {Count} channels, the first is {Channel}")]
    public static partial void ChannelsRefused(ILogger logger, int count, string channel);

    [LoggerMessage(4006, LogLevel.Error, "A frame of {Channel} could not be used and goes to the dead-letter topic: {Reason}")]
    public static partial void FrameRejected(ILogger logger, string channel, string reason);

    [LoggerMessage(4007, LogLevel.Warning, "Deribit sent a value that this version does not know: {Field} = {Value}; the record is kept")]
    public static partial void UnknownValue(ILogger logger, string field, string value);

    [LoggerMessage(4008, LogLevel.Information, "Deribit says that {Instrument} is now {State}")]
    public static partial void InstrumentState(ILogger logger, string instrument, string state);

    [LoggerMessage(4009, LogLevel.Warning, "Deribit announces platform maintenance: {Maintenance}")]
    public static partial void Maintenance(ILogger logger, bool maintenance);

    [LoggerMessage(4010, LogLevel.Warning, "Asking Deribit for the instrument list failed, next try in {Delay}: {Reason}")]
    public static partial void InstrumentsRetry(ILogger logger, TimeSpan delay, string reason);

    [LoggerMessage(4012, LogLevel.Warning, "The book of {Instrument} could not be held against the exchange's own: {Reason}")]
    public static partial void AuditFailed(ILogger logger, string instrument, string reason);

    [LoggerMessage(4020, LogLevel.Information, "Asking for past trades of {Instrument} ({From} to {To}) failed: {Reason}")]
    public static partial void TradeRepairFailed(ILogger logger, string instrument, long from, long? to, string reason);
}
