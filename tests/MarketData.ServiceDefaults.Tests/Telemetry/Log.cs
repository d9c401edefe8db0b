using Microsoft.Extensions.Logging;

namespace MarketData.ServiceDefaults.Tests.Telemetry;

internal static partial class Log
{
    [LoggerMessage(9001, LogLevel.Warning, "Redis is away: {Address}")]
    public static partial void Away(ILogger logger, string address, Exception exception);

    [LoggerMessage(9002, LogLevel.Information, "Number {Number} of the burst")]
    public static partial void Number(ILogger logger, int number);
}
