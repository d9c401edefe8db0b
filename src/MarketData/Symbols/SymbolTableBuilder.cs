using MarketData.Exchanges;

namespace MarketData.Symbols;

/// <summary>
/// Puts the records of <c>market.symbols</c> together to a table: the newest of a key counts. A record that cannot be used changes nothing
/// and is remembered. Used by one thread at a time.
/// </summary>
public sealed class SymbolTableBuilder
{
    /// <summary>More entries than anybody manages by hand; beyond, records are ignored, so that a flood cannot fill the memory.</summary>
    public const int MaxEntries = 10_000;

    private const int MaxIgnored = 100;

    private readonly Dictionary<string, SymbolEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<(string Key, string Sentence)> _ignored = [];

    /// <summary>Takes one record.</summary>
    /// <param name="key">Its key; null when it has none, or none that is UTF-8.</param>
    /// <param name="value">Its value; null removes the entry.</param>
    /// <param name="changed">Whether the table is another one now.</param>
    /// <returns>Why the record is ignored, as a sentence; empty when it is not.</returns>
    public string Apply(string? key, ReadOnlyMemory<byte>? value, out bool changed)
    {
        changed = false;
        var fault = SymbolRecord.ReadKey(key, out var entry);
        if (entry is not null && value is null)
        {
            // What was wrong with the key is gone with it.
            changed = _entries.Remove(entry.Key) | _ignored.RemoveAll(one => one.Key == key) > 0;
            return "";
        }

        if (entry is not null && value is { } bytes)
            fault = SymbolRecord.ReadValue(bytes, ref entry);
        if (fault.Length == 0 && _entries.Count >= MaxEntries && !_entries.ContainsKey(entry!.Key))
            fault = $"there are {MaxEntries} entries already";
        if (fault.Length > 0)
            return Ignore(key, fault, out changed);
        changed = !_entries.TryGetValue(entry!.Key, out var before) || before != entry;
        _entries[entry.Key] = entry;
        changed |= _ignored.RemoveAll(one => one.Key == key) > 0;
        return "";
    }

    /// <summary>The table now.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="isUnused">Whether the topic has never had a record.</param>
    public SymbolTable Build(long version, bool isUnused = false) => new(
        version, [.. _entries.Values.OrderBy(one => one.Exchange, StringComparer.Ordinal).ThenBy(one => one.Selector, StringComparer.Ordinal)])
    {
        IsUnused = isUnused,
        Ignored = [.. _ignored.Select(one => one.Sentence)],
    };

    private string Ignore(string? key, string fault, out bool changed)
    {
        var sentence = $"The record with the key {SymbolHints.Quote(key)} is ignored: {fault}.";
        changed = !_ignored.Exists(one => one.Sentence == sentence);
        if (!changed)
            return sentence;
        _ignored.RemoveAll(one => one.Key == key);
        if (_ignored.Count == MaxIgnored)
            _ignored.RemoveAt(0);
        _ignored.Add((key ?? "", sentence));
        return sentence;
    }
}
