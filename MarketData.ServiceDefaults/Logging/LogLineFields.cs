using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.ServiceDefaults;

/// <summary>What both console formatters share: the parts of a record, already redacted.</summary>
internal static class LogLineFields
{
    private const string MessageTemplate = "{OriginalFormat}";

    /// <summary>The formatted message without secrets.</summary>
    public static string Message<TState>(in LogEntry<TState> entry, SecretRedactor redactor) =>
        redactor.Redact(entry.Formatter?.Invoke(entry.State, entry.Exception) ?? entry.State?.ToString() ?? "");

    /// <summary>The named values of a state or a scope; a scope that is only a text has none.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Values(object? state) =>
        state is IEnumerable<KeyValuePair<string, object?>> pairs ? pairs.Where(pair => pair.Key != MessageTemplate) : [];

    /// <summary>The level's name in lower case, as in the configuration.</summary>
    public static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        LogLevel.Critical => "critical",
        _ => "none",
    };
}
