namespace MarketData.Symbols;

/// <summary>One record that is to be written to <c>market.symbols</c>.</summary>
/// <param name="Key">The record's key: <c>deribit.BTC-*</c>.</param>
/// <param name="Entry">The entry; null removes it.</param>
public sealed record SymbolChange(string Key, SymbolEntry? Entry)
{
    /// <summary>The record that puts an entry into the table.</summary>
    /// <param name="entry">The entry.</param>
    public static SymbolChange Put(SymbolEntry entry) => new((entry ?? throw new ArgumentNullException(nameof(entry))).Key, entry);

    /// <summary>The record that removes an entry.</summary>
    /// <param name="key">Its key.</param>
    public static SymbolChange Remove(string key) => new(key, null);
}
