using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse.Tests.Support;

/// <summary>Keeps what is logged, from Information up.</summary>
internal sealed class ListLogger : ILogger<ClickHouseHistory>
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception)));
}
