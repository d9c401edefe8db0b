namespace MarketData.Cli.Symbols;

/// <summary>What was asked for cannot be meant; nothing was changed. Each fault is one line for a person.</summary>
internal sealed class SymbolsRefused(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults));
