using MarketData.History;

namespace MarketData.Cli.History;

/// <summary>Writes the answer to a question.</summary>
internal static class AnswerText
{
    /// <summary>A table is for reading: it ends after so many rows, and says so.</summary>
    public const int MostRows = 1_000;

    private static readonly System.Buffers.SearchValues<char> Quoted = System.Buffers.SearchValues.Create(",\"\r\n");

    /// <summary>Asks and writes.</summary>
    /// <param name="output">Gets the answer.</param>
    /// <param name="notes">Gets what is to be said about it.</param>
    /// <param name="questions">The history.</param>
    /// <param name="question">SQL.</param>
    /// <param name="format"><c>table</c>, <c>csv</c> or <c>json</c>.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task WriteAsync(
        TextWriter output, TextWriter notes, IHistoryQuestions questions, string question, string format, CancellationToken stop)
    {
        switch (format)
        {
            case "json":
                await foreach (var row in questions.AskForJsonAsync(question, stop))
                    output.WriteLine(row);
                break;
            case "csv":
                await WriteCsvAsync(output, await questions.AskAsync(question, stop));
                break;
            default:
                await WriteTableAsync(output, notes, await questions.AskAsync(question, stop), stop);
                break;
        }
        output.Flush();
    }

    // RFC 4180. No value is nothing, an empty text is "".
    private static async Task WriteCsvAsync(TextWriter output, HistoryAnswer answer)
    {
        output.WriteLine(string.Join(',', answer.Columns.Select(Csv)));
        await foreach (var row in answer.Rows)
            output.WriteLine(string.Join(',', row.Select(Csv)));
    }

    private static string Csv(string? value) => value switch
    {
        null => "",
        "" => "\"\"",
        _ when value.AsSpan().ContainsAny(Quoted) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => value,
    };

    private static async Task WriteTableAsync(TextWriter output, TextWriter notes, HistoryAnswer answer, CancellationToken stop)
    {
        var columns = answer.Columns;

        // One more than is shown: to know whether there is more.
        var all = new List<string[]>();
        await foreach (var row in answer.Rows.WithCancellation(stop))
        {
            all.Add(Array.ConvertAll(row, Line));
            if (all.Count > MostRows)
                break;
        }

        var shown = all.Take(MostRows).ToList();
        var widths = columns.Select((name, index) => shown.Select(row => row[index].Length).Append(name.Length).Max()).ToArray();
        WriteLine(columns);
        WriteLine([.. widths.Select(width => new string('-', width))]);
        foreach (var row in shown)
            WriteLine(row);
        if (all.Count > MostRows)
            notes.WriteLine($"Only the first {MostRows} rows are shown. --format csv and --format json write all.");

        void WriteLine(IReadOnlyList<string> cells) =>
            output.WriteLine(string.Join("  ", cells.Select((cell, index) => cell.PadRight(widths[index]))).TrimEnd());
    }

    // What would break the line or move the cursor is written as what it is not.
    private static string Line(string? value) => value is null ? "" : string.Concat(value.Select(sign => char.IsControl(sign) ? ' ' : sign));
}
