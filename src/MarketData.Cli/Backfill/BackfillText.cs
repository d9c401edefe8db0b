using System.Globalization;

using MarketData.Backfill;
using MarketData.Cli.Up;
using MarketData.Coverage;
using MarketData.History;

namespace MarketData.Cli.Backfill;

/// <summary>The result of a backfill for people: one line, and one for each part that is missing.</summary>
internal static class BackfillText
{
    private const int MostLines = 20;

    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="title">What was to be fetched, and its begin; the end, up to which it was, is the result's.</param>
    /// <param name="words">What the rows are called.</param>
    /// <param name="result">The result.</param>
    public static void Write(TextWriter output, string title, BackfillWords words, BackfillResult result)
    {
        var state = result.State switch
        {
            CoverageState.Complete => "complete",
            CoverageState.Incomplete => "incomplete",
            _ => "not proven",
        };
        var range = result.Range is { } all ? $" ({Name(all, words)})" : "";
        output.WriteLine(
            $"{title} to {Format.Time(result.UntilUnixMs)}{range}: {state}. {Format.Count(result.Stored)} {(result.Stored == 1 ? words.One : words.Many)} stored, "
            + $"{Format.Count(result.Present)} were there before.");
        foreach (var gap in result.Missing.Take(MostLines))
            output.WriteLine($"missing {Name(gap.Range, words)}: {gap.Reason}");
        if (result.Missing.Count > MostLines)
            output.WriteLine($"and {Format.Count(result.Missing.Count - MostLines)} more, up to {Name(result.Missing[^1].Range, words)}");
        if (result.Doubt is { } doubt)
            output.WriteLine(doubt);
    }

    // seq 1..500, or 2026-01-31T08:00:00.000Z..2026-01-31T09:00:00.000Z.
    private static string Name(NumberRange range, BackfillWords words)
    {
        string Text(long number) => words.NumberPrefix is null ? Format.Time(number) : number.ToString(CultureInfo.InvariantCulture);
        return (words.NumberPrefix ?? "") + (range.From == range.To ? Text(range.From) : $"{Text(range.From)}..{Text(range.To)}");
    }
}
