using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.ServiceDefaults.Tests.Logging;

public sealed class FormatterTests
{
    private static readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));
    private static readonly SecretRedactor _redactor = new(["p+ss\"99x"]);

    [Fact]
    public void Json_record_is_one_line_with_every_part()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var first = scopes.Push(new Dictionary<string, object?> { ["Shard"] = 2 });
        using var second = scopes.Push("a text");
        var formatter = new JsonLineFormatter(_redactor, _time);
        var line = Write(formatter, "Redis at {Address} is away.", "cache:6379", scopes, new InvalidOperationException("no\nroute"));
        Assert.EndsWith(Environment.NewLine, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line.TrimEnd());

        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal("2026-01-02T03:04:05.678Z", json.GetProperty("timestamp").GetString());
        Assert.Equal("warning", json.GetProperty("level").GetString());
        Assert.Equal("MarketData.Redis", json.GetProperty("category").GetString());
        Assert.Equal(7001, json.GetProperty("event_id").GetInt32());
        Assert.Equal("RedisDown", json.GetProperty("event").GetString());
        Assert.Equal("Redis at cache:6379 is away.", json.GetProperty("message").GetString());
        Assert.Equal("cache:6379", json.GetProperty("fields").GetProperty("Value").GetString());
        Assert.Equal("2", json.GetProperty("scopes")[0].GetProperty("Shard").GetString());
        Assert.Equal("a text", json.GetProperty("scopes")[1].GetString());
        Assert.Contains("no\nroute", json.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_record_is_one_line_and_a_forged_line_break_is_escaped()
    {
        var line = Write(new TextLineFormatter(_redactor, _time), "Symbol {Value}.", "A\r\n00:00 fail forged\u001b[31m");
        Assert.Equal("03:04:05.678 warn MarketData.Redis[7001] Symbol A\\u000d\\u000a00:00 fail forged\\u001b[31m." + Environment.NewLine, line);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Secret_is_redacted_in_message_fields_scopes_and_exception(bool json)
    {
        const string Secret = "p+ss\"99x";
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new Dictionary<string, object?> { ["Password"] = Secret });
        ConsoleFormatter formatter = json ? new JsonLineFormatter(_redactor, _time) : new TextLineFormatter(_redactor, _time);
        var line = Write(formatter, "Login with {Value}.", Secret, scopes, new InvalidOperationException($"bad '{Secret}'"));
        Assert.DoesNotContain("99x", line, StringComparison.Ordinal);
        Assert.Equal(json ? 4 : 3, line.Split(SecretRedactor.Replacement).Length - 1);
    }

    private static string Write(
        ConsoleFormatter formatter, string template, string value, IExternalScopeProvider? scopes = null, Exception? exception = null)
    {
        var state = new List<KeyValuePair<string, object?>> { new("Value", value), new("{OriginalFormat}", template) };
        var message = template.Replace("{Value}", value, StringComparison.Ordinal).Replace("{Address}", value, StringComparison.Ordinal);
        using var writer = new StringWriter();
        var entry = new LogEntry<List<KeyValuePair<string, object?>>>(
            LogLevel.Warning, "MarketData.Redis", new EventId(7001, "RedisDown"), state, exception, (_, _) => message);
        formatter.Write(in entry, scopes, writer);
        return writer.ToString();
    }
}
