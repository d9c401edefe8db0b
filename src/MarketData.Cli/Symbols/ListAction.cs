using MarketData.ServiceDefaults;
using MarketData.Symbols;

namespace MarketData.Cli.Symbols;

/// <summary><c>symbols list</c>: the entries, and what of the topic is ignored.</summary>
internal static class ListAction
{
    public static async Task<int> RunAsync(SymbolsContext context, bool asJson, CancellationToken stop)
    {
        await using var _ = context;
        var table = await context.ReadTableAsync(stop);
        SymbolExpansion? expansion = null;
        var ours = table.Entries.Where(entry => entry.Exchange == context.Exchange.Name);
        try
        {
            var instruments = await context.ReadInstrumentsAsync(stop);
            expansion = SymbolExpansion.Of(ours, instruments, SymbolEntry.AllKinds, SymbolsContext.Now);
        }
        catch (ExchangeError error)
        {
            await Console.Error.WriteLineAsync($"How many instruments match is not known: {error.Message}");
        }

        var counts = expansion?.Counts.ToDictionary(one => one.Entry.Key, one => one.Matches, StringComparer.Ordinal);
        var lines = table.Entries
            .Select(entry => (entry, counts?.TryGetValue(entry.Key, out var matches) == true ? matches : (int?)null)).ToList();
        foreach (var (entry, matches) in asJson ? lines : [])
            SymbolsText.WriteJson(Console.Out, entry, matches);
        if (!asJson && lines.Count > 0)
            SymbolsText.WriteTable(Console.Out, lines);
        if (!asJson && lines.Count == 0)
            Console.Out.WriteLine("The table is empty: nothing is collected. symbols add changes that.");
        if (!asJson && expansion is not null && lines.Count > 0)
            Console.Out.WriteLine($"{SymbolsText.Instruments(expansion.Instruments.Count)} in all.");
        foreach (var sentence in table.Ignored)
            await Console.Error.WriteLineAsync(sentence);
        return ExitCode.Ok;
    }
}
