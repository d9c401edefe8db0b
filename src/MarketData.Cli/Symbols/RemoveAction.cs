using MarketData.Cli.Up;
using MarketData.ServiceDefaults;
using MarketData.Symbols;

namespace MarketData.Cli.Symbols;

/// <summary><c>symbols remove</c>: all of the entries or, when one is not there, none.</summary>
internal static class RemoveAction
{
    public static async Task<int> RunAsync(SymbolsContext context, IReadOnlyList<SymbolSelector> selectors, CancellationToken stop)
    {
        await using var _ = context;
        var table = await context.ReadTableAsync(stop);
        var ours = table.Entries.Where(entry => entry.Exchange == context.Exchange.Name).ToList();
        var removed = new List<SymbolEntry>();
        var faults = new List<string>();
        foreach (var selector in selectors)
        {
            // Somebody else may have written the same conditions in another order.
            var found = ours.FindAll(entry => SymbolSelector.TryParse(entry.Selector, out string _)?.Text == selector.Text);
            removed.AddRange(found);
            if (found.Count == 0)
                faults.Add($"\"{selector}\" is not in the table. {Hint(table with { Entries = ours }, selector)}".TrimEnd());
        }

        if (faults.Count > 0)
            throw new SymbolsRefused([.. faults, "Nothing was changed."]);
        await context.WriteAsync([.. removed.Select(entry => SymbolChange.Remove(entry.Key))], stop);
        foreach (var entry in removed)
            Console.Out.WriteLine($"removed  {entry.Selector}");
        try
        {
            var instruments = await context.ReadInstrumentsAsync(stop);
            var left = ours.Except(removed).ToList();
            foreach (var entry in removed.Where(entry => entry.Enabled))
            {
                var cover = SymbolCover.Of(entry, left, instruments, inPart: true);
                if (cover.Covered > 0)
                    Console.Out.WriteLine($"{Format.Count(cover.Covered)} of {SymbolsText.Instruments(cover.Matches)} of {entry.Selector} still collected because of {cover.Because}");
            }

            var (before, after) = (Collected(ours, instruments), Collected(left, instruments));
            Console.Out.WriteLine($"{SymbolsText.Instruments(after)} collected, {Format.Count(before - after)} fewer than before.");
        }
        catch (ExchangeError error)
        {
            // The table is what matters, and it is changed.
            Console.Out.WriteLine($"How many instruments that means is not known: {error.Message}");
        }

        return ExitCode.Ok;
    }

    private static string Hint(SymbolTable table, SymbolSelector selector)
    {
        var probe = new Instrument { Exchange = "", Name = selector.Text };
        var covering = table.Entries.FirstOrDefault(entry =>
            SymbolSelector.TryParse(entry.Selector, out _) is { IsName: false, HasProperties: false } pattern && pattern.Matches(probe, default));
        if (selector.IsName && covering is not null)
            return $"It is collected because of \"{covering.Selector}\".";
        return table.Near(selector.Text) is { Length: > 0 } near ? near
            : table.Entries.Count == 0 ? "The table is empty." : "symbols list shows what is.";
    }

    private static int Collected(IEnumerable<SymbolEntry> entries, IReadOnlyList<Instrument> instruments) =>
        SymbolExpansion.Of(entries, instruments, SymbolEntry.AllKinds, SymbolsContext.Now).Instruments.Count;
}
