using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace MarketData.ServiceDefaults;

/// <summary>The log messages of this project: 8000 to 8099.</summary>
internal static partial class HostLog
{
    [LoggerMessage(8000, LogLevel.Information, "{Service} runs in environment {Environment} with configuration from {Directory}.")]
    public static partial void Started(ILogger logger, string service, string environment, string directory);

    [LoggerMessage(8001, LogLevel.Information, "Health, liveness and metrics answer on {Addresses}.")]
    public static partial void Listening(ILogger logger, string addresses);

    [LoggerMessage(8002, LogLevel.Information, "Stopping on {Signal}, within {Seconds} s. A second signal ends the process at once.")]
    public static partial void Stopping(ILogger logger, PosixSignal signal, double seconds);

    [LoggerMessage(8003, LogLevel.Information, "Stopped in order.")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(8004, LogLevel.Critical, "The service ends because of a fault.")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(8007, LogLevel.Critical,
        "The service cannot listen for /health and /metrics: {Reason} Several services on one machine need a port each: set HEALTH__PORT, or "
        + "--health.port, to a free one, or to 0 for any. The address is HEALTH__ADDRESS.")]
    public static partial void CannotListen(ILogger logger, string reason);

    [LoggerMessage(8005, LogLevel.Error, "The stop did not finish within {Seconds} s; what was not drained may be missing from the sinks.")]
    public static partial void DeadlinePassed(ILogger logger, double seconds);
}
