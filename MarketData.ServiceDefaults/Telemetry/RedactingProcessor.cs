using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace MarketData.ServiceDefaults;

/// <summary>Replaces secrets in what leaves the process, as the console's formatters do. Runs on: the thread that logs.</summary>
internal sealed class RedactingProcessor(SecretRedactor redactor) : BaseProcessor<LogRecord>
{
    /// <inheritdoc />
    public override void OnEnd(LogRecord data)
    {
        if (data.FormattedMessage is { } message) data.FormattedMessage = redactor.Redact(message);
        var attributes = new List<KeyValuePair<string, object?>>();
        foreach (var (name, value) in LogLineFields.Values(data.Attributes))
            attributes.Add(new(name, redactor.Redact(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")));
        if (data.Exception is { } exception)
        {
            // The exporter would write the exception as it is.
            attributes.Add(new("exception.type", exception.GetType().FullName));
            attributes.Add(new("exception.stacktrace", redactor.Redact(exception.ToString())));
            data.Exception = null;
        }

        data.Attributes = attributes;
    }
}
