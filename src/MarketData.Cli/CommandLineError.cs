namespace MarketData.Cli;

/// <summary>What was typed cannot be used. Lists every fault at once.</summary>
/// <param name="faults">One full sentence per fault, naming the option or the argument, its value and what to do.</param>
internal sealed class CommandLineError(IReadOnlyList<string> faults)
    : Exception("The command line cannot be used:" + string.Concat(faults.Select(fault => Environment.NewLine + "  - " + fault)));
