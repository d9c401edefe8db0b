using Microsoft.Extensions.Hosting;

namespace MarketData.Hosting;

/// <summary>
/// A service's work for the life of a process, and the end of the process with a telling exit code when the work cannot go on. Runs on the
/// host's task.
/// </summary>
/// <param name="lifetime">Ends the process in order.</param>
public abstract class EndingService(IHostApplicationLifetime lifetime) : BackgroundService
{
    // What the service's exit code says: 1 = failed, 2 = the configuration cannot be used.
    private const int Failed = 1;
    private const int Configuration = 2;

    /// <summary>Does the work until it is told to stop.</summary>
    /// <param name="stoppingToken">Tells it to stop.</param>
    /// <returns>Whether everything was handed over; if not, the process ends with exit code 1.</returns>
    protected abstract Task<bool> RunAsync(CancellationToken stoppingToken);

    /// <summary>Writes to the log why the work cannot go on.</summary>
    /// <param name="reason">A full sentence.</param>
    /// <param name="defect">The exception, when it is none of ours, which speak for themselves.</param>
    protected abstract void Report(string reason, Exception? defect);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (!await RunAsync(stoppingToken)) Environment.ExitCode = Failed;
        }
        catch (Exception exception)
        {
            Report(exception.Message, exception is MarketDataError ? null : exception);
            Environment.ExitCode = exception is ConfigurationError ? Configuration : Failed;
            lifetime.StopApplication();
        }
    }
}
