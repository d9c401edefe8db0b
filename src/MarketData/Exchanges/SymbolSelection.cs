using System.Buffers;
using MarketData.Symbols;

namespace MarketData.Exchanges;

/// <summary>
/// Which instruments a configured list of names and patterns means. Comes in: the list and the exchange's instruments. Goes out: the
/// instruments to collect, and warnings; or one <see cref="ConfigurationError"/> with every fault. Owns: nothing; any thread.
/// <para>The list holds names, patterns with <c>*</c> for any run of characters, and properties; see <see cref="SymbolSelector"/>. Case
/// matters. Decided once, at start: <see cref="SymbolExpansion"/> is for what happens later.</para>
/// </summary>
public sealed record SymbolSelection
{
    /// <summary>Longest name accepted, in characters; names become keys on every sink.</summary>
    public const int MaxNameLength = 128;

    private static readonly SearchValues<char> s_nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    private SymbolSelection()
    {
    }

    /// <summary>The instruments to collect, each once: in the order of the list, and within a pattern in the exchange's order.</summary>
    public required IReadOnlyList<Instrument> Instruments { get; init; }

    /// <summary>
    /// Full sentences about what is odd but usable: entries that add nothing, instruments whose names cannot become keys.
    /// </summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>
    /// How many instruments each entry of the list matches, in the order of the list, counting those that an earlier entry brought.
    /// </summary>
    public required IReadOnlyList<(string Entry, int Matches)> Counts { get; init; }

    /// <summary>
    /// Whether a name may become part of a key: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>, at most <see cref="MaxNameLength"/>.
    /// </summary>
    /// <param name="name">The name.</param>
    public static bool IsValidName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && !name.AsSpan().ContainsAnyExcept(s_nameCharacters);

    /// <summary>Expands a list of names and patterns.</summary>
    /// <param name="entries">The list as configured.</param>
    /// <param name="instruments">Every instrument that the exchange offers.</param>
    /// <param name="configurationKey">The key of the list, named in faults.</param>
    /// <param name="timeProvider">The clock for expiries that are counted from now; null takes the system's.</param>
    /// <exception cref="ConfigurationError">
    /// The list has an entry that is not a valid name, pattern or list of properties, or that matches no instrument. Every fault is listed.
    /// </exception>
    public static SymbolSelection Expand(
        IReadOnlyList<string> entries, IReadOnlyList<Instrument> instruments, string configurationKey = "symbols",
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(instruments);
        var faults = new List<string>();
        var warnings = new List<string>();
        var offered = Offered(instruments, warnings);
        var byName = new Dictionary<string, Instrument>(StringComparer.Ordinal);
        foreach (var instrument in offered) byName.TryAdd(instrument.Name, instrument);
        var chosen = new List<Instrument>();
        var chosenNames = new HashSet<string>(StringComparer.Ordinal);
        var counts = new List<(string, int)>();
        var now = (timeProvider ?? TimeProvider.System).GetUtcNow();
        foreach (var entry in entries)
        {
            var matches = Matches(entry, byName, offered, now, configurationKey, faults);
            if (matches is null) continue;
            counts.Add((entry, matches.Count));
            var before = chosen.Count;
            foreach (var match in matches)
            {
                if (chosenNames.Add(match.Name)) chosen.Add(match);
            }

            if (chosen.Count == before)
            {
                warnings.Add($"{configurationKey}: \"{entry}\" adds nothing; what it matches is already in the list. Remove it.");
            }
        }

        if (faults.Count > 0) throw new ConfigurationError(faults);
        return new SymbolSelection { Instruments = chosen, Warnings = warnings, Counts = counts };
    }

    private static List<Instrument> Offered(IReadOnlyList<Instrument> instruments, List<string> warnings)
    {
        var offered = new List<Instrument>(instruments.Count);
        foreach (var instrument in instruments)
        {
            if (IsValidName(instrument.Name))
            {
                offered.Add(instrument);
                continue;
            }

            warnings.Add($"The instrument {SymbolHints.Quote(instrument.Name)} is left out: its name cannot become a key.");
        }

        return offered;
    }

    private static List<Instrument>? Matches(
        string? entry, Dictionary<string, Instrument> byName, List<Instrument> offered, DateTimeOffset now, string configurationKey,
        List<string> faults)
    {
        if (SymbolSelector.TryParse(entry, out var fault) is not { } selector)
        {
            faults.Add($"{configurationKey}: {fault}.");
            return null;
        }

        if (selector.IsName && byName.TryGetValue(selector.Text, out var instrument)) return [instrument];
        var matches = selector.IsName ? [] : offered.FindAll(candidate => selector.Matches(candidate, now));
        if (matches.Count > 0) return matches;
        faults.Add($"{configurationKey}: {SymbolExpansion.Describe(selector, byName.Keys, offered, now)}");
        return null;
    }
}
