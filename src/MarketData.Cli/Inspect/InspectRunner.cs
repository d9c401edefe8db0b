using MarketData.Cli.Symbols;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Inspect;

/// <summary>
/// Runs a command that ends by itself or when told to: Ctrl-C ends it with exit code 0 unless that would be an answer, a fault is one sentence
/// and exit code 1 or 2.
/// </summary>
internal static class InspectRunner
{
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> command, int interrupted = ExitCode.Ok)
    {
        using var stopping = new CancellationTokenSource();
        using var signals = new GracefulStop(_ => stopping.Cancel(), TimeSpan.FromSeconds(5), TimeProvider.System);
        signals.Listen();
        try
        {
            return await command(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return interrupted;
        }
        catch (Exception exception) when (exception is ConfigurationFaultsException or ConfigurationError or CommandLineError or SymbolsRefused)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCode.Configuration;
        }
        catch (MarketDataError exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCode.Failed;
        }
    }
}
