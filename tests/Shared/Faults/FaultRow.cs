using System.Text.RegularExpressions;

namespace FaultSuite;

/// <summary>One row of <c>docs/faults.md</c>, the text for people.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Outcome">What happens.</param>
/// <param name="Places">The test classes, folders and projects that it names.</param>
/// <param name="Reason">Why there is no test, or not for all of it: what it says is open or needs something; null when nothing is.</param>
internal sealed partial record FaultRow(string Fault, string Outcome, IReadOnlyList<string> Places, string? Reason)
{
    /// <summary>Whether the table has the row more than once.</summary>
    public bool IsRepeated { get; private init; }

    /// <summary>Reads the table; a line may stand for several rows (<c>35-37</c>).</summary>
    public static Dictionary<int, FaultRow> Read(string markdown)
    {
        var rows = new Dictionary<int, FaultRow>();
        foreach (Match line in Line().Matches(markdown))
        {
            var (first, last) = (int.Parse(line.Groups[1].ValueSpan), line.Groups[2].Success ? int.Parse(line.Groups[2].ValueSpan) : 0);
            var (fault, outcome, tests) = (Cell(3), Cell(4), Cell(5));
            var reason = (outcome + "; " + tests).Split(';', '.').Select(part => part.Trim()).FirstOrDefault(part => Open().IsMatch(part));
            var row = new FaultRow(fault, outcome, [.. Place().Matches(tests).Select(place => place.Groups[1].Value.TrimEnd('/'))], reason);
            for (var number = first; number <= Math.Max(first, last); number++)
            {
                if (!rows.TryAdd(number, row)) rows[number] = rows[number] with { IsRepeated = true };
            }

            string Cell(int group) => line.Groups[group].Value.Trim();
        }

        return rows;
    }

    [GeneratedRegex(@"^\| *(\d{1,2})(?:-(\d{1,2}))? *\|([^|]*)\|([^|]*)\|([^|]*)\| *$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"(^|\b(is|are) )open$|\bneeds\b")]
    private static partial Regex Open();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Place();
}
