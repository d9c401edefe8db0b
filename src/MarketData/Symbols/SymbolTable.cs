using MarketData.Exchanges;

namespace MarketData.Symbols;

/// <summary>What <c>market.symbols</c> says at one moment; immutable.</summary>
/// <param name="Version">Rises with every change that this process saw; 0 before the topic was read.</param>
/// <param name="Entries">The entries, ordered by exchange and selector.</param>
public sealed record SymbolTable(long Version, IReadOnlyList<SymbolEntry> Entries)
{
    /// <summary>The table before the topic was read.</summary>
    public static SymbolTable Unread { get; } = new(0, []);

    /// <summary>Whether nobody has ever written to the topic: not even a removal.</summary>
    public bool IsUnused { get; init; }

    /// <summary>One sentence for each record that is ignored because it cannot be used; the newest, at most a hundred.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>A sentence with the entries whose selector is nearest to one that is not in the table; empty when none is near.</summary>
    /// <param name="selector">The selector that was looked for.</param>
    public string Near(string selector) => SymbolHints.ForName(selector, Entries.Select(entry => entry.Selector), 3).TrimStart();
}
