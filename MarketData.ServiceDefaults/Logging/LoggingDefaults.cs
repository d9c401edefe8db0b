using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace MarketData.ServiceDefaults;

/// <summary>Sets up the console log from <c>[logging]</c>, and its export.</summary>
internal static class LoggingDefaults
{
    /// <summary>Sets our formatters apart from .NET's own.</summary>
    public const string FormatPrefix = "marketdata-";

    // A console that nobody reads must not stop the data path: beyond this many records the console logger drops and says how many.
    private const int QueuedRecords = 10_000;

    /// <summary>Replaces the providers that the host came with by one console in the configured format.</summary>
    public static void Add(IHostApplicationBuilder builder, LoadedConfiguration loaded, bool toStandardError)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(loaded.Redactor);
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(Enum.Parse<LogLevel>(loaded["logging:level"], ignoreCase: true));
        // What ends a start is said once, by the service itself.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System", LogLevel.Warning);
        builder.Logging.AddFilter("Polly", LogLevel.Warning);
        // Both formatters need no options of their own, hence no AddConsoleFormatter.
        builder.Services.AddSingleton<ConsoleFormatter, JsonLineFormatter>();
        builder.Services.AddSingleton<ConsoleFormatter, TextLineFormatter>();
        builder.Logging.AddConsole(console =>
        {
            console.FormatterName = FormatPrefix + loaded["logging:format"];
            console.MaxQueueLength = QueuedRecords;
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            if (toStandardError) console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        LogExport.Add(builder, loaded);
    }
}
