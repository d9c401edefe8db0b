using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Writes one record as one line for people; an exception follows on its own indented lines. Control characters from outside are
/// escaped, so that no text can forge a line. Runs on: the thread that logs. Sample:
/// <code>03:04:05.678 warn MarketData.Redis[7001] Redis is away. {Shard: 2}</code>
/// </summary>
internal sealed class TextLineFormatter(SecretRedactor redactor, TimeProvider time) : ConsoleFormatter(FormatName)
{
    /// <summary><c>[logging] format</c> with our prefix: .NET's console has a formatter named json of its own.</summary>
    public const string FormatName = LoggingDefaults.FormatPrefix + "text";

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new StringBuilder(128)
            .Append(time.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)).Append(' ')
            .Append(Short(logEntry.LogLevel)).Append(' ')
            .Append(logEntry.Category).Append('[').Append(logEntry.EventId.Id).Append("] ");
        AppendEscaped(line, LogLineFields.Message(logEntry, redactor));
        scopeProvider?.ForEachScope((scope, builder) => AppendScope(builder, scope), line);
        textWriter.WriteLine(line.ToString());
        if (logEntry.Exception is { } exception)
            textWriter.WriteLine("  " + redactor.Redact(exception.ToString()).ReplaceLineEndings(Environment.NewLine + "  "));
    }

    private void AppendScope(StringBuilder line, object? scope)
    {
        var values = LogLineFields.Values(scope).Select(pair => $"{pair.Key}: {pair.Value}").ToList();
        var text = values.Count > 0 ? string.Join(", ", values) : scope?.ToString() ?? "";
        AppendEscaped(line.Append(" {"), redactor.Redact(text));
        line.Append('}');
    }

    private static void AppendEscaped(StringBuilder line, string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c)) line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else line.Append(c);
        }
    }

    private static string Short(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
