using MarketData.Soak.Time;

using Microsoft.Extensions.Logging;

namespace MarketData.Soak;

/// <summary>The log of the code under test, in virtual time; silent unless asked for.</summary>
internal sealed class SoakLog(VirtualTime time, bool verbose) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Line(time, verbose, categoryName.Split('.')[^1]);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Line(VirtualTime time, bool verbose, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => verbose && logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Console.WriteLine($"[{time.Elapsed.TotalSeconds,9:0.000} s] {category}: {formatter(state, exception)} {exception}");
        }
    }
}
