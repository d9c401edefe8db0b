using MarketData.Symbols;

namespace MarketData.Cli.Symbols;

/// <summary>Reads what a person typed after <c>symbols add</c>, <c>remove</c> or <c>plan</c>.</summary>
internal static class SymbolArguments
{
    private const string Prefix = "deribit.";

    /// <summary>
    /// The selectors; a comma separates them as in the configured list. Conditions that stand beside each other without quotes are one
    /// selector, as whoever typed <c>kind=option currency=BTC</c> meant: two would be all options, and everything in BTC.
    /// </summary>
    /// <exception cref="SymbolsRefused">Some are no selectors; all are listed.</exception>
    public static IReadOnlyList<SymbolSelector> Parse(IReadOnlyList<string> arguments)
    {
        var (selectors, faults) = (new List<SymbolSelector>(), new List<string>());
        foreach (var text in Join(arguments))
        {
            var bare = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
            if (SymbolSelector.TryParse(bare, out var fault) is not { } selector)
                faults.Add(fault + ".");
            else if (!selectors.Exists(other => other.Text == selector.Text))
                selectors.Add(selector);
        }

        return faults.Count == 0 ? selectors : throw new SymbolsRefused(faults);
    }

    /// <summary>The kinds of data, in the singular or the plural; all when none are named.</summary>
    /// <exception cref="SymbolsRefused">A word is none of them.</exception>
    public static DataKind ParseKinds(string? text)
    {
        if (text is null)
            return SymbolEntry.AllKinds;
        var kinds = DataKind.None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var kind = SymbolRecord.KindOf(word);
            if (kind == DataKind.None && word.EndsWith('s'))
                kind = SymbolRecord.KindOf(word[..^1]);
            kinds |= kind != DataKind.None
                ? kind
                : throw new SymbolsRefused([$"--kinds {text}: give one or more of {string.Join(", ", SymbolRecord.KindWords)}, separated by commas."]);
        }

        return kinds;
    }

    private static List<string> Join(IReadOnlyList<string> arguments)
    {
        var joined = new List<string>();
        var isOpen = false;
        foreach (var argument in arguments)
        {
            var pieces = argument.Split(',', StringSplitOptions.TrimEntries);
            for (var i = 0; i < pieces.Length; i++)
            {
                var isCondition = pieces[i].AsSpan().IndexOfAny("=<>") >= 0 && !pieces[i].Contains(' ');
                if (isCondition && isOpen && i == 0)
                    joined[^1] += ' ' + pieces[i];
                else if (pieces[i].Length > 0 || pieces.Length == 1)
                    joined.Add(pieces[i]);
                isOpen = isCondition;
            }
        }

        return joined;
    }
}
