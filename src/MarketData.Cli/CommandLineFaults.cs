using MarketData.ServiceDefaults;

namespace MarketData.Cli;

/// <summary>Tells what is wrong with a command line: one line per fault.</summary>
internal static class CommandLineFaults
{
    /// <summary>Writes the faults.</summary>
    /// <returns>The exit code that goes with them.</returns>
    public static async Task<int> TellAsync(IEnumerable<string> faults)
    {
        foreach (var fault in faults)
            await Console.Error.WriteLineAsync(fault);
        return ExitCode.Configuration;
    }
}
