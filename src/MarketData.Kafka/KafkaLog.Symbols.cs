using Microsoft.Extensions.Logging;

namespace MarketData.Kafka;

/// <content>The control topic (706x).</content>
internal static partial class KafkaLog
{
    [LoggerMessage(7061, LogLevel.Information, "The topic {Topic} was read: {Entries} entries.")]
    public static partial void SymbolsRead(this ILogger logger, string topic, int entries);

    [LoggerMessage(7062, LogLevel.Information, "The topic {Topic} had no record and was seeded with the {Entries} entries of the configuration.")]
    public static partial void SymbolsSeeded(this ILogger logger, string topic, int entries);

    [LoggerMessage(7063, LogLevel.Warning, "{Topic}: {Sentence} Like messages held back: {Suppressed}.")]
    public static partial void SymbolIgnored(this ILogger logger, string topic, string sentence, long suppressed);

    [LoggerMessage(7064, LogLevel.Warning, "The topic {Topic} cannot be followed: {Reason} Trying again; held back: {Suppressed}.")]
    public static partial void SymbolsUnread(this ILogger logger, string topic, string reason, long suppressed);

    [LoggerMessage(7065, LogLevel.Warning,
        "The topic {Topic} has no record any more, although it had: it was made anew. What it said before still holds here.")]
    public static partial void SymbolsVanished(this ILogger logger, string topic);
}
