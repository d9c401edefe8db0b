namespace MarketData.Symbols;

/// <summary>What <c>market.symbols</c> says at one moment; immutable.</summary>
/// <param name="Version">Rises with every change that this process saw; 0 before the topic was read.</param>
/// <param name="Entries">The entries, ordered by exchange and selector.</param>
public sealed record SymbolTable(long Version, IReadOnlyList<SymbolEntry> Entries)
{
    /// <summary>The table before the topic was read.</summary>
    public static SymbolTable Unread { get; } = new(0, []);
}
