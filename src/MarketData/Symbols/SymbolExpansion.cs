using MarketData.Exchanges;

namespace MarketData.Symbols;

/// <summary>
/// Which instruments a table means at one moment. Comes in: entries, the exchange's instruments, the time. Goes out: the instruments, what
/// matches nothing, and when time alone may change the answer. Unlike <see cref="SymbolSelection"/> it never fails: what is wrong with one
/// entry must not stop the others. Immutable; any thread.
/// </summary>
public sealed record SymbolExpansion
{
    private const int MaxHints = 3;

    private SymbolExpansion()
    {
    }

    /// <summary>The instruments, each once, in the order of the entries and within an entry in the exchange's order.</summary>
    public required IReadOnlyList<Instrument> Instruments { get; init; }

    /// <summary>For each entry that took part, how many instruments it matches, those of earlier entries included.</summary>
    public required IReadOnlyList<(SymbolEntry Entry, int Matches)> Counts { get; init; }

    /// <summary>A sentence for each entry that matches nothing now, with what may have been meant.</summary>
    public required IReadOnlyList<string> Unmatched { get; init; }

    /// <summary>When the answer may change without any news, on our clock; null when it does not.</summary>
    public required DateTimeOffset? NextChangeAt { get; init; }

    /// <summary>Expands entries.</summary>
    /// <param name="entries">The entries; those that are not enabled, or want none of the kinds, have no part in it.</param>
    /// <param name="instruments">What the exchange offers; names that cannot become keys are left out.</param>
    /// <param name="kinds">The kinds of data that are asked about.</param>
    /// <param name="now">Our clock.</param>
    public static SymbolExpansion Of(
        IEnumerable<SymbolEntry> entries, IReadOnlyList<Instrument> instruments, DataKind kinds, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(instruments);
        var offered = instruments.Where(instrument => SymbolSelection.IsValidName(instrument.Name)).ToList();
        var byName = new Dictionary<string, Instrument>(StringComparer.Ordinal);
        foreach (var instrument in offered)
            byName.TryAdd(instrument.Name, instrument);
        var chosen = new List<Instrument>();
        var chosenNames = new HashSet<string>(StringComparer.Ordinal);
        var counts = new List<(SymbolEntry, int)>();
        var unmatched = new List<string>();
        DateTimeOffset? next = null;
        foreach (var entry in entries)
        {
            if (!entry.Enabled || (entry.Kinds & kinds) == 0 || SymbolSelector.TryParse(entry.Selector, out _) is not { } selector)
                continue;
            var matches = Matches(selector, byName, offered, now, ref next);
            counts.Add((entry, matches.Count));
            chosen.AddRange(matches.Where(match => chosenNames.Add(match.Name)));
            if (matches.Count == 0)
                unmatched.Add(Describe(selector, byName.Keys, offered, now));
        }

        return new SymbolExpansion { Instruments = chosen, Counts = counts, Unmatched = unmatched, NextChangeAt = next };
    }

    /// <summary>Says that a selector matches nothing, and what may have been meant.</summary>
    internal static string Describe(
        SymbolSelector selector, IEnumerable<string> names, IReadOnlyList<Instrument> offered, DateTimeOffset now)
    {
        if (selector.IsName)
            return $"the exchange has no instrument \"{selector}\".{SymbolHints.ForName(selector.Text, names, MaxHints)}";
        if (selector.HasProperties)
            return selector.DescribeMiss(offered, now);
        return $"the pattern \"{selector}\" matches none of the exchange's {offered.Count} instruments.{SymbolHints.ForPattern(selector.Text, names)}";
    }

    private static List<Instrument> Matches(
        SymbolSelector selector, Dictionary<string, Instrument> byName, List<Instrument> offered, DateTimeOffset now, ref DateTimeOffset? next)
    {
        if (selector.IsName)
            return byName.TryGetValue(selector.Text, out var one) ? [one] : [];
        var matches = new List<Instrument>();
        foreach (var instrument in offered)
        {
            if (selector.Matches(instrument, now))
                matches.Add(instrument);
            if (selector.NextChange(instrument, now) is { } at && (next is null || at < next))
                next = at;
        }

        return matches;
    }
}
