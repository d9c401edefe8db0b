using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MarketData.Redis.Tests.Support;

/// <summary>Keeps every line, exceptions included.</summary>
internal sealed class RecordingLogger : ILogger<RedisLane>
{
    private readonly ConcurrentQueue<(EventId Id, string Text)> _lines = new();

    public string All => string.Join('\n', _lines.Select(static line => line.Text));

    public int Count(int eventId) => _lines.Count(line => line.Id.Id == eventId);

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId, $"{logLevel} {formatter(state, exception)} {exception}"));
}
