using MarketData.Symbols;

namespace MarketData.Cli.Symbols;

/// <summary>What other entries collect of the instruments that an entry means.</summary>
/// <param name="Matches">How many instruments the entry means.</param>
/// <param name="Covered">How many of them others collect.</param>
/// <param name="Because">Those entries, as a person reads them.</param>
internal sealed record SymbolCover(int Matches, int Covered, string Because)
{
    private const int MostNamed = 3;

    /// <summary>Looks for the entries that collect of an entry's instruments the same kinds of data, or some of them.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="others">The entries beside it.</param>
    /// <param name="instruments">What the exchange lists.</param>
    /// <param name="inPart">Whether an entry counts that collects only some of the kinds; it is named with them.</param>
    public static SymbolCover Of(SymbolEntry entry, IEnumerable<SymbolEntry> others, IReadOnlyList<Instrument> instruments, bool inPart)
    {
        // Others are looked for among the entry's own instruments only: a table may be long.
        var own = InstrumentsOf(entry, instruments);
        var covered = new HashSet<string>(StringComparer.Ordinal);
        var because = new List<string>();
        foreach (var other in others.Where(other => other.Key != entry.Key))
        {
            var shared = other.Kinds & entry.Kinds;
            if (shared == DataKind.None || (shared != entry.Kinds && !inPart))
                continue;
            var before = covered.Count;
            covered.UnionWith(InstrumentsOf(other, own).Select(one => one.Name));
            if (covered.Count > before)
                because.Add($"\"{other.Selector}\"{(shared == entry.Kinds ? "" : $" ({SymbolsText.Kinds(shared)})")}");
        }

        return new SymbolCover(own.Count, covered.Count, string.Join(" and ", because.Take(MostNamed)) + (because.Count > MostNamed ? " and others" : ""));
    }

    private static IReadOnlyList<Instrument> InstrumentsOf(SymbolEntry entry, IReadOnlyList<Instrument> instruments) =>
        SymbolExpansion.Of([entry], instruments, SymbolEntry.AllKinds, SymbolsContext.Now).Instruments;
}
