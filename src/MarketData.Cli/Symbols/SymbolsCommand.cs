using System.CommandLine;

using MarketData.Cli.Inspect;
using MarketData.Symbols;

namespace MarketData.Cli.Symbols;

/// <summary><c>marketdata symbols</c>: says what running collectors collect, and changes it.</summary>
internal static class SymbolsCommand
{
    private const int LongestSampleSeconds = 60;

    public static Command Create() =>
        new("symbols", "Show and change what the collectors collect; running ones follow within a second.") { Add(), Remove(), List(), Plan() };

    private static Command Add()
    {
        var (patterns, where) = (Patterns("What to collect besides."), new InspectOptions());
        var kinds = new Option<string?>("--kinds") { Description = $"Only these kinds of data, comma-separated: {string.Join(',', SymbolRecord.KindWords)}." };
        var unmatched = new Option<bool>("--allow-unmatched") { Description = "Add also what matches nothing now, for listings to come." };
        var yes = new Option<bool>("--yes") { Description = $"Add also what brings more than {AddAction.ManyInstruments} instruments." };
        var command = new Command("add", "Collect more: names, patterns, or properties.") { patterns, kinds, unmatched, yes };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(stop => AddAction.RunAsync(
            SymbolsContext.Open(parsed, where),
            SymbolArguments.Parse(parsed.GetValue(patterns) ?? []),
            SymbolArguments.ParseKinds(parsed.GetValue(kinds)),
            parsed.GetValue(unmatched),
            parsed.GetValue(yes),
            stop)));
        return command;
    }

    private static Command Remove()
    {
        var (patterns, where) = (Patterns("Entries as symbols list shows them."), new InspectOptions());
        var command = new Command("remove", "Collect less: takes entries out of the table.") { patterns };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(stop => RemoveAction.RunAsync(
            SymbolsContext.Open(parsed, where), SymbolArguments.Parse(parsed.GetValue(patterns) ?? []), stop)));
        return command;
    }

    private static Command List()
    {
        var where = new InspectOptions();
        var json = new Option<bool>("--json") { Description = "One JSON object per entry." };
        var command = new Command("list", "Show the entries, and how many instruments each matches now.") { json };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(
            stop => ListAction.RunAsync(SymbolsContext.Open(parsed, where), parsed.GetValue(json), stop)));
        return command;
    }

    private static Command Plan()
    {
        var (patterns, where) = (Patterns("What would be added."), new InspectOptions());
        var kinds = new Option<string?>("--kinds") { Description = $"Only these kinds of data, comma-separated: {string.Join(',', SymbolRecord.KindWords)}." };
        var sample = NumberOption.Create("--sample", "Seconds for which messages are counted on some of the instruments (3); 0 = do not.", 0, LongestSampleSeconds);
        var command = new Command("plan", "Show what patterns match and what they cost; changes nothing.") { patterns, kinds, sample };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(stop => PlanAction.RunAsync(
            SymbolsContext.Open(parsed, where),
            SymbolArguments.Parse(parsed.GetValue(patterns) ?? []),
            SymbolArguments.ParseKinds(parsed.GetValue(kinds)),
            TimeSpan.FromSeconds(parsed.GetValue(sample) ?? 3),
            stop)));
        return command;
    }

    private static Argument<string[]> Patterns(string what) => new("pattern")
    {
        Description = $"{what} BTC-PERPETUAL, 'ETH-*', or properties: 'kind=option currency=BTC expiry<=60d'. Quote them.",
        Arity = ArgumentArity.OneOrMore,
    };
}
