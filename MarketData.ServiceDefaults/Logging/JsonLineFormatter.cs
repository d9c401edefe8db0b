using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace MarketData.ServiceDefaults;

/// <summary>
/// Writes one record as one line of JSON. Secrets are replaced before the text is escaped, so that escaping cannot hide one. Sample:
/// <code>{"timestamp":"2026-01-02T03:04:05.678Z","level":"warning","category":"MarketData.Redis","event_id":7001,"event":"RedisDown",
/// "message":"Redis is away.","fields":{"Attempt":"3"},"scopes":[{"Shard":"2"}],"exception":"..."}</code>
/// Runs on: the thread that logs.
/// </summary>
internal sealed class JsonLineFormatter(SecretRedactor redactor, TimeProvider time) : ConsoleFormatter(FormatName)
{
    /// <summary><c>[logging] format</c> with our prefix: .NET's console has a formatter named json of its own.</summary>
    public const string FormatName = LoggingDefaults.FormatPrefix + "json";

    private const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", time.GetUtcNow().ToString(TimestampFormat, CultureInfo.InvariantCulture));
            json.WriteString("level", LogLineFields.Level(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            if (logEntry.EventId.Id != 0) json.WriteNumber("event_id", logEntry.EventId.Id);
            if (logEntry.EventId.Name is { } name) json.WriteString("event", name);
            json.WriteString("message", LogLineFields.Message(logEntry, redactor));
            WriteFields(json, "fields", logEntry.State);
            WriteScopes(json, scopeProvider);
            if (logEntry.Exception is { } exception) json.WriteString("exception", redactor.Redact(exception.ToString()));
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private void WriteFields(Utf8JsonWriter json, string name, object? state)
    {
        var fields = LogLineFields.Values(state).ToList();
        if (fields.Count == 0) return;
        json.WriteStartObject(name);
        foreach (var (field, value) in fields) json.WriteString(field, Text(value));
        json.WriteEndObject();
    }

    private void WriteScopes(Utf8JsonWriter json, IExternalScopeProvider? scopeProvider)
    {
        var scopes = new List<object>();
        scopeProvider?.ForEachScope((scope, list) => { if (scope is not null) list.Add(scope); }, scopes);
        if (scopes.Count == 0) return;
        json.WriteStartArray("scopes");
        foreach (var scope in scopes)
        {
            if (scope is not IEnumerable<KeyValuePair<string, object?>>)
            {
                json.WriteStringValue(Text(scope));
                continue;
            }

            json.WriteStartObject();
            foreach (var (field, value) in LogLineFields.Values(scope)) json.WriteString(field, Text(value));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private string Text(object? value) => redactor.Redact(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
}
