using MarketData.Cli.Up;
using MarketData.ServiceDefaults;
using MarketData.Symbols;

namespace MarketData.Cli.Symbols;

/// <summary><c>symbols plan</c>: what patterns match and what collecting it would cost.</summary>
internal static class PlanAction
{
    private const int Examples = 3;
    private const int Width = 9;

    public static async Task<int> RunAsync(
        SymbolsContext context, IReadOnlyList<SymbolSelector> selectors, DataKind kinds, TimeSpan sample, CancellationToken stop)
    {
        await using var _ = context;
        var instruments = await context.ReadInstrumentsAsync(stop);
        var table = await context.ReadTableAsync(stop);
        var wanted = selectors.Select(selector => context.EntryOf(selector, kinds)).ToList();
        var plan = SymbolExpansion.Of(wanted, instruments, SymbolEntry.AllKinds, SymbolsContext.Now);
        if (plan.Unmatched.Count > 0)
            throw new SymbolsRefused([.. plan.Unmatched.Select(sentence => char.ToUpperInvariant(sentence[0]) + sentence[1..])]);
        foreach (var (entry, matches) in plan.Counts)
            Console.Out.WriteLine($"{entry.Selector}: {Format.Count(matches)} of {SymbolsText.Instruments(instruments.Count)}");
        foreach (var kind in plan.Instruments.GroupBy(instrument => instrument.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal))
            Console.Out.WriteLine($"  {Format.Count(kind.Count()),6} {(kind.Key.Length > 0 ? kind.Key : "other"),-13} {Some([.. kind.Select(one => one.Name)])}");
        var ours = table.Entries.Where(entry => entry.Exchange == context.Exchange.Name).ToList();
        await WriteCostAsync(context, plan, ours, instruments, kinds, sample, stop);
        return ExitCode.Ok;
    }

    private static async Task WriteCostAsync(
        SymbolsContext context, SymbolExpansion plan, IReadOnlyList<SymbolEntry> ours, IReadOnlyList<Instrument> instruments, DataKind kinds,
        TimeSpan sample, CancellationToken stop)
    {
        var columns = new List<(DataKind Kind, List<Instrument> New)>();
        foreach (var kind in SymbolRecord.Words(kinds).Select(SymbolRecord.KindOf))
        {
            var collected = SymbolExpansion.Of(ours, instruments, kind, SymbolsContext.Now).Instruments.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
            columns.Add((kind, [.. plan.Instruments.Where(instrument => !collected.Contains(instrument.Name))]));
        }

        var most = columns.MaxBy(column => column.New.Count).New;
        Console.Out.WriteLine(most.Count == 0
            ? "All of them are collected already."
            : $"{Format.Count(plan.Instruments.Count - most.Count)} of them are collected already; collecting the other {Format.Count(most.Count)} costs:");
        if (most.Count == 0)
            return;
        var rate = sample > TimeSpan.Zero ? await RateSample.MeasureAsync(context.Exchange, most, kinds, sample, stop) : null;
        WriteRow("", columns.Select(column => SymbolRecord.Words(column.Kind).First()), "all");
        WriteNumbers("channels", columns.Select(column => (double)column.New.Count), "0");
        if (rate is not null)
            WriteNumbers("messages/s", columns.Select(column => rate.PerSecond(column.Kind, column.New)), "0.0");
        var costs = columns.Select(column => context.Exchange.CostOf(column.New.Count)).ToList();
        if (costs[0].MostPerChannelPerSecond is { } bound)
            WriteNumbers("at most/s", columns.Select(column => column.New.Count * bound), "0");
        WriteNumbers("calls", costs.Select(cost => (double)cost.Calls), "0");
        if (rate is not null)
            Console.Out.WriteLine($"Messages were counted for {sample.TotalSeconds:0} s on {Format.Count(rate.Sampled)} of the instruments.");
        Console.Out.WriteLine($"The exchange's limit on calls makes subscribing take {Format.Duration(costs.Max(cost => cost.Takes) + TimeSpan.FromSeconds(1))} or so.");
    }

    private static void WriteNumbers(string name, IEnumerable<double> values, string format)
    {
        var list = values.ToList();
        string Text(double value) => format == "0" ? Format.Count((long)value) : Format.Rate(value);
        WriteRow(name, list.Select(Text), Text(list.Sum()));
    }

    private static void WriteRow(string name, IEnumerable<string> cells, string last) =>
        Console.Out.WriteLine($"  {name,-12}{string.Concat(cells.Append(last).Select(cell => $"  {cell,Width}"))}");

    private static string Some(List<string> names) =>
        string.Join(", ", names.Take(Examples)) + (names.Count > Examples ? $" and {Format.Count(names.Count - Examples)} more" : "");
}
