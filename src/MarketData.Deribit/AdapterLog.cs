using Microsoft.Extensions.Logging;

namespace MarketData.Deribit;

/// <summary>The adapter's log messages, 4xxx.</summary>
internal static partial class AdapterLog
{
    [LoggerMessage(4001, LogLevel.Warning, "The book of {Instrument} got no snapshot by resubscribing: opening a new connection")]
    public static partial void NewConnectionForBook(ILogger logger, string instrument);

    [LoggerMessage(4002, LogLevel.Warning, "Resubscribing {Count} books failed: {Reason}")]
    public static partial void ResubscribeFailed(ILogger logger, int count, string reason);

    [LoggerMessage(4003, LogLevel.Information,
        "Connected to {Address} (connection {Number}, generation {Generation}, authenticated: {Authenticated})")]
    public static partial void Connected(ILogger logger, Uri address, int number, long generation, bool authenticated);

    [LoggerMessage(4004, LogLevel.Warning, "Disconnected (connection {Number}, generation {Generation}): {Reason}")]
    public static partial void Disconnected(ILogger logger, int number, long generation, string reason);

    [LoggerMessage(4011, LogLevel.Information, "Disconnected (connection {Number}, generation {Generation}) because the collector stops")]
    public static partial void Stopped(ILogger logger, int number, long generation);

    [LoggerMessage(4021, LogLevel.Warning,
        "Connection {Number} was read too slowly: {Count} of its instruments move to the new connection {Another} ({Connections} of at most {Most})")]
    public static partial void ConnectionAdded(ILogger logger, int number, int count, int another, int connections, int most);

    [LoggerMessage(4022, LogLevel.Warning, "Connection {Number} was read too slowly, and no further one is opened ({Connections} of at most {Most})")]
    public static partial void NoMoreConnections(ILogger logger, int number, int connections, int most);

    [LoggerMessage(4023, LogLevel.Warning,
        "The exchange refuses connection {Number} because there are too many: its {Count} instruments move to the {Connections} that are open")]
    public static partial void ConnectionRefused(ILogger logger, int number, int count, int connections);

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

    [LoggerMessage(4015, LogLevel.Warning,
        "The exchange's own books of {Instrument} hold prices such as {Price} that its table of ticks forbids; its ticks are not checked any more")]
    public static partial void TickRuleDropped(ILogger logger, string instrument, decimal price);

    [LoggerMessage(4016, LogLevel.Warning, "The exchange says that the index {Index} is locked: {Locked}")]
    public static partial void IndexLocked(ILogger logger, string index, bool locked);

    [LoggerMessage(4017, LogLevel.Warning,
        "Our clock is {Skew} behind the exchange's (ahead, if negative): set it right, times of the two are compared by people and programs")]
    public static partial void ClockSkewed(ILogger logger, TimeSpan skew);

    [LoggerMessage(4018, LogLevel.Information, "Our clock agrees with the exchange's again, to {Skew}")]
    public static partial void ClockRight(ILogger logger, TimeSpan skew);

    [LoggerMessage(4019, LogLevel.Debug, "The exchange was not asked for its time: {Reason}")]
    public static partial void ClockUnknown(ILogger logger, string reason);

    [LoggerMessage(4013, LogLevel.Warning, "The channel {Channel} is mute although the exchange has news for it: subscribing it anew")]
    public static partial void ChannelMute(ILogger logger, string channel);

    [LoggerMessage(4014, LogLevel.Warning, "The exchange could not be asked about the silence of {Instrument}: {Reason}")]
    public static partial void ProbeFailed(ILogger logger, string instrument, string reason);

    [LoggerMessage(4012, LogLevel.Warning, "The book of {Instrument} could not be held against the exchange's own: {Reason}")]
    public static partial void AuditFailed(ILogger logger, string instrument, string reason);

    [LoggerMessage(4020, LogLevel.Information, "Asking for past trades of {Instrument} ({From} to {To}) failed, and {More} more since: {Reason}")]
    public static partial void TradeRepairFailed(ILogger logger, string instrument, long from, long? to, long more, string reason);
}
