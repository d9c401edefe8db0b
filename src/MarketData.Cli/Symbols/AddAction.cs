using MarketData.Cli.Up;
using MarketData.ServiceDefaults;
using MarketData.Symbols;

namespace MarketData.Cli.Symbols;

/// <summary><c>symbols add</c>: checks everything, then writes everything.</summary>
internal static class AddAction
{
    /// <summary>A single pattern can mean the whole exchange; what brings more than this is asked for twice.</summary>
    public const int ManyInstruments = 2_000;

    public static async Task<int> RunAsync(
        SymbolsContext context, IReadOnlyList<SymbolSelector> selectors, DataKind kinds, bool allowUnmatched, bool allowMany, CancellationToken stop)
    {
        await using var _ = context;
        await context.EnsureTopicAsync(stop);
        var instruments = await context.ReadInstrumentsAsync(stop);
        var table = await context.ReadTableAsync(stop);
        var wanted = selectors.Select(selector => context.EntryOf(selector, kinds)).ToList();
        var alone = SymbolExpansion.Of(wanted, instruments, SymbolEntry.AllKinds, SymbolsContext.Now);
        if (alone.Unmatched.Count > 0 && !allowUnmatched)
        {
            throw new SymbolsRefused([
                .. alone.Unmatched.Select(sentence => char.ToUpperInvariant(sentence[0]) + sentence[1..]),
                "Nothing was changed. What will be listed later can be added with --allow-unmatched."]);
        }

        var before = table.Entries.Where(entry => entry.Exchange == context.Exchange.Name).ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        var after = new Dictionary<string, SymbolEntry>(before, StringComparer.Ordinal);
        foreach (var entry in wanted)
            after[entry.Key] = entry;
        var (collectedBefore, collectedAfter) = (Collected(before.Values, instruments), Collected(after.Values, instruments));
        var more = collectedAfter - collectedBefore;
        if (more > ManyInstruments && !allowMany)
        {
            var cost = context.Exchange.CostOf(more * SymbolRecord.Words(kinds).Count());
            throw new SymbolsRefused([
                $"That would bring {Format.Count(more)} instruments more, {Format.Count(cost.Channels)} channels: "
                + "symbols plan shows the cost. Nothing was changed; --yes adds them all the same."]);
        }

        var changes = wanted.Where(entry => before.GetValueOrDefault(entry.Key) != entry).ToList();
        if (changes.Count > 0)
            await context.WriteAsync([.. changes.Select(SymbolChange.Put)], stop);
        foreach (var (entry, matches) in alone.Counts)
        {
            var cover = SymbolCover.Of(entry, before.Values, instruments, inPart: false);
            Console.Out.WriteLine($"{Word(before.GetValueOrDefault(entry.Key), entry)}  {entry.Selector}: {SymbolsText.Instruments(matches)}, "
                + $"{SymbolsText.Kinds(entry.Kinds)}{Was(before.GetValueOrDefault(entry.Key), entry)}"
                + (cover.Covered == 0 ? "" : cover.Covered == cover.Matches
                    ? $"; already collected because of {cover.Because}" : $"; {Format.Count(cover.Covered)} already collected because of {cover.Because}"));
        }

        Console.Out.WriteLine($"{SymbolsText.Instruments(collectedAfter)} collected, {Format.Count(more)} more than before.");
        return ExitCode.Ok;
    }

    private static int Collected(IEnumerable<SymbolEntry> entries, IReadOnlyList<Instrument> instruments) =>
        SymbolExpansion.Of(entries, instruments, SymbolEntry.AllKinds, SymbolsContext.Now).Instruments.Count;

    private static string Word(SymbolEntry? before, SymbolEntry after) => before is null ? "added  " : before == after ? "as is  " : "changed";

    private static string Was(SymbolEntry? before, SymbolEntry after) =>
        before is null || before == after ? "" : before.Enabled ? $" (was {SymbolsText.Kinds(before.Kinds)})" : " (was off)";
}
