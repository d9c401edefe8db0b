namespace MarketData.Cli.History;

/// <summary>A log for people: warnings and errors as plain sentences. Comes in: what a part of the program logs. Goes out: its text. Any thread.</summary>
internal sealed class SentenceLogger<T>(Action<string> say) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and not LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            say(formatter(state, exception));
    }
}
