namespace MarketData.Cli.Up;

/// <summary>Keeps the newest warnings for the live table, which owns the terminal and would be torn by log lines.</summary>
internal sealed class RecentLog : ILoggerProvider
{
    private const int Kept = 3;
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Queue<(long At, string Text)> _lines = new();

    public IReadOnlyList<string> Newest()
    {
        lock (_lock)
            return [.. _lines.Where(line => TimeProvider.System.GetElapsedTime(line.At) < Age).Select(line => line.Text)];
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private void Add(string text)
    {
        lock (_lock)
        {
            if (_lines.Count == Kept)
                _lines.Dequeue();
            _lines.Enqueue((TimeProvider.System.GetTimestamp(), text.ReplaceLineEndings(" ")));
        }
    }

    private sealed class Logger(RecentLog owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                owner.Add(formatter(state, exception));
        }
    }
}
