using MarketData.ServiceDefaults;

namespace MarketData.Cli;

/// <summary>Tells what is wrong with a command line: one line per fault.</summary>
internal static class CommandLineFaults
{
    /// <summary>The key of the configuration that <c>--symbols</c> sets.</summary>
    public const string SymbolsKey = "exchanges:deribit:symbols";

    /// <summary>What to tell of a configuration: the person knows the option, not the key that it sets.</summary>
    /// <param name="error">Its faults.</param>
    /// <param name="symbols">What was given as <c>--symbols</c>; null: nothing.</param>
    public static string Sentence(ConfigurationError error, string? symbols) =>
        symbols is not null && error.Faults.All(fault => fault.StartsWith(SymbolsKey, StringComparison.Ordinal))
            ? new CommandLineError([.. error.Faults.Select(fault => "--symbols" + fault[SymbolsKey.Length..])]).Message
            : error.Message;

    /// <summary>Writes the faults.</summary>
    /// <returns>The exit code that goes with them.</returns>
    public static async Task<int> TellAsync(IEnumerable<string> faults)
    {
        foreach (var fault in faults)
            await Console.Error.WriteLineAsync(fault);
        return ExitCode.Configuration;
    }
}
