using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <summary>
/// The way of librdkafka's own log into ours, instead of standard error. Repeats (an absent broker says so several times a second) are
/// throttled per facility. Called on librdkafka's threads.
/// </summary>
internal sealed class LogRouter(KafkaOptions options, ILogger logger, TimeProvider timeProvider)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly LogThrottle _throttle = new(timeProvider, Interval);

    /// <summary>Logs one message of the library.</summary>
    public void Write(LogMessage message)
    {
        // None of the library's troubles needs a person by itself: what does is logged by the lane as an error.
        var level = message.Level switch
        {
            <= SyslogLevel.Warning => LogLevel.Warning,
            SyslogLevel.Notice or SyslogLevel.Info => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        if (logger.IsEnabled(level) && _throttle.Allow(message.Facility, out var suppressed))
            logger.LibrarySays(level, message.Facility, ClientSettings.Redact(options, message.Message), suppressed);
    }
}
