using Microsoft.Extensions.Logging;

namespace Deribit.Client.Session;

/// <summary>Every log message of this library. Event ids: 1xxx transport, 2xxx protocol and session, 3xxx channels and decoders.</summary>
internal static partial class DeribitLog
{
    [LoggerMessage(1001, LogLevel.Information,
        "Connected to {Endpoint}: generation {Generation}, authenticated {Authenticated}")]
    public static partial void Connected(this ILogger logger, Uri endpoint, long generation, bool authenticated);

    [LoggerMessage(1002, LogLevel.Warning,
        "No connection ({Fault}): {Detail} Failure {Failures} in a row; next attempt in {Delay}")]
    public static partial void ConnectFailed(
        this ILogger logger, DeribitConnectionFault fault, string detail, int failures, TimeSpan delay);

    [LoggerMessage(1003, LogLevel.Warning,
        "Connection {Generation} ended ({Reason}) after {Uptime}: {Detail} Failure {Failures} in a row; next attempt in {Delay}")]
    public static partial void Disconnected(this ILogger logger, long generation, DeribitDisconnectReason reason, string detail,
        TimeSpan uptime, int failures, TimeSpan delay);

    [LoggerMessage(1004, LogLevel.Warning, "A frame of {Bytes} bytes cannot be used: {Reason} {Unlogged} more since the last such line")]
    public static partial void UnusableFrame(this ILogger logger, int bytes, string reason, int unlogged);

    [LoggerMessage(1005, LogLevel.Information, "Connection {Generation}: compression (permessage-deflate) was offered; the server agreed: {Agreed}")]
    public static partial void CompressionNegotiated(this ILogger logger, long generation, bool agreed);

    [LoggerMessage(2001, LogLevel.Warning,
        "The exchange sent an error without an id: {Code} {Message}, data {Data}. In flight: {InFlight}. Attributed to: {Method}")]
    public static partial void ErrorWithoutId(
        this ILogger logger, int code, string message, string data, string inFlight, string method);

    [LoggerMessage(2002, LogLevel.Information, "A reply came that nobody waits for: id {Id}. It was late, or not ours")]
    public static partial void UnexpectedReply(this ILogger logger, long id);

    [LoggerMessage(2003, LogLevel.Warning, "The exchange's rate limit was met (10028): every call of this process waits for {CoolDown}")]
    public static partial void RateLimited(this ILogger logger, TimeSpan coolDown);

    [LoggerMessage(2004, LogLevel.Warning, "The platform says that it is in maintenance (connection {Generation})")]
    public static partial void Maintenance(this ILogger logger, long generation);

    [LoggerMessage(2005, LogLevel.Error, "A heartbeat test of connection {Generation} could not be answered: the send queue is full")]
    public static partial void HeartbeatAnswerLost(this ILogger logger, long generation);

    [LoggerMessage(2006, LogLevel.Warning, "The exchange refused the heartbeat: {Code} {Message}. Going on without")]
    public static partial void HeartbeatRefused(this ILogger logger, int code, string message);

    [LoggerMessage(2007, LogLevel.Warning, "Connection {Generation} has been silent for {Silence}; probing it")]
    public static partial void Probing(this ILogger logger, long generation, TimeSpan silence);

    [LoggerMessage(2010, LogLevel.Error,
        "The exchange rejected the credentials of client id {ClientId}: {Code} {Message}. "
        + "Correct the key; without it only public data at 100 ms comes")]
    public static partial void CredentialsRejected(this ILogger logger, int code, string message, string clientId);

    [LoggerMessage(2011, LogLevel.Information, "Connection {Generation} renewed its authentication by {Means}")]
    public static partial void AuthenticationRenewed(this ILogger logger, long generation, string means);

    [LoggerMessage(2012, LogLevel.Information, "The refresh token was refused ({Code} {Message}); authenticating with the credentials")]
    public static partial void RefreshRefused(this ILogger logger, int code, string message);

    [LoggerMessage(2013, LogLevel.Warning,
        "API credentials are about to be sent to {Endpoint} without TLS. Do this only on your own machine or network")]
    public static partial void CredentialsInClear(this ILogger logger, Uri endpoint);

    [LoggerMessage(2020, LogLevel.Debug, "{Acknowledged} of {Asked} channels acknowledged on connection {Generation}")]
    public static partial void Acknowledged(this ILogger logger, int acknowledged, int asked, long generation);

    [LoggerMessage(2021, LogLevel.Warning,
        "{Count} channels refused, the first {First}, after {Attempts} attempts, given up {GivenUp}: {Detail}")]
    public static partial void Refused(this ILogger logger, int count, string first, int attempts, bool givenUp, string detail);

    [LoggerMessage(2022, LogLevel.Warning, "{Method} of {Channels} channels failed with {Code}; calls are cut to {Size} channels")]
    public static partial void ChunkHalved(this ILogger logger, string method, int code, int channels, int size);

    [LoggerMessage(2023, LogLevel.Warning, "A subscription call failed and is made again in {Delay}: {Detail}")]
    public static partial void SubscribeRetry(this ILogger logger, string detail, TimeSpan delay);

    [LoggerMessage(2024, LogLevel.Warning,
        "Raw channels are denied without accepted credentials (13778): {Count} channels fall back to 100 ms. "
        + "Give DERIBIT_KEY and DERIBIT_SECRET for raw")]
    public static partial void RawFellBack(this ILogger logger, int count);

    [LoggerMessage(2025, LogLevel.Error,
        "Raw channels are denied without accepted credentials (13778): {Count} channels are refused. Give credentials or ask for 100ms")]
    public static partial void RawDenied(this ILogger logger, int count);

    [LoggerMessage(2026, LogLevel.Warning, "The exchange refused to unsubscribe {Channel}: {Code} {Message}")]
    public static partial void UnsubscribeRefused(this ILogger logger, string channel, int code, string message);

    [LoggerMessage(2030, LogLevel.Warning,
        "The reader lags: {Frames} frames ({Bytes} bytes) wait, more than half of what is allowed. "
        + "When full, the socket is no longer read")]
    public static partial void ReaderSlow(this ILogger logger, int frames, long bytes);

    [LoggerMessage(2031, LogLevel.Information, "The reader has caught up: {Frames} frames ({Bytes} bytes) wait")]
    public static partial void ReaderCaughtUp(this ILogger logger, int frames, long bytes);

    [LoggerMessage(2090, LogLevel.Error, "A task of connection {Generation} failed; the connection is dropped")]
    public static partial void InternalFault(this ILogger logger, Exception exception, long generation);
}
