using System.Text;
using System.Text.RegularExpressions;

namespace FaultSuite;

/// <summary>
/// The report of the fault suite (<c>docs/fault-report.md</c>): for each row of <c>docs/faults.md</c> its tests with their last results, or why
/// there is none. The file is its own store: a run changes only the lines of the tests that it ran.
/// </summary>
internal sealed partial class FaultReport
{
    public const int Rows = 54;

    private const string Head = """
        # The fault suite's report

        Written by the test run (`dotnet test MarketData.sln`, `.ci/run`, or any part of them); do not edit it. One line per row of
        [faults.md](faults.md): its tests, each with its last result, or why there is none. A test belongs to a row by its name (`Row44_...`)
        or by a trait (`[Trait("row", "44")]`, on a test or on a class).

        | Row | Fault | Tests |
        |---|---|---|

        """;

    /// <summary>Results by row and test; a test is written <c>Assembly/Namespace.Class.Method</c>.</summary>
    private readonly SortedDictionary<string, string>[] _tests =
        [.. Enumerable.Range(0, Rows + 1).Select(_ => new SortedDictionary<string, string>(StringComparer.Ordinal))];

    /// <summary>The tests of a row with their results: <c>passed</c>, <c>failed</c>, <c>skipped</c>, <c>not run</c>.</summary>
    public IReadOnlyDictionary<string, string> Tests(int row) => _tests[row];

    public static FaultReport Parse(string markdown)
    {
        var report = new FaultReport();
        // Lines of one row may be there twice after two versions were merged.
        foreach (Match line in Line().Matches(markdown))
        {
            if (int.Parse(line.Groups[1].ValueSpan) is var row && row is < 1 or > Rows) continue;
            foreach (Match test in Test().Matches(line.Groups[2].Value)) report._tests[row][test.Groups[2].Value] = test.Groups[1].Value;
        }

        return report;
    }

    /// <summary>Makes the tests of one assembly those that it has now; a result that is known stays.</summary>
    public void SetTests(string assembly, IReadOnlyCollection<(int Row, string Test)> tests)
    {
        for (var row = 1; row <= Rows; row++)
        {
            var now = tests.Where(test => test.Row == row).Select(test => test.Test).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in _tests[row].Keys.Where(test => test.StartsWith(assembly + "/", StringComparison.Ordinal) && !now.Contains(test)).ToList())
                _tests[row].Remove(gone);
            foreach (var test in now) _tests[row].TryAdd(test, "not run");
        }
    }

    public void SetResult(string test, string result)
    {
        foreach (var tests in _tests.Where(tests => tests.ContainsKey(test))) tests[test] = result;
    }

    public string Render(IReadOnlyDictionary<int, FaultRow> faults)
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        for (var row = 1; row <= Rows; row++)
        {
            var fault = faults.GetValueOrDefault(row);
            var tests = _tests[row].Count > 0
                ? string.Join("<br>", _tests[row].Select(test => $"{test.Value} `{test.Key}`"))
                : $"none: {fault?.Reason ?? "no reason is given"}";
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {row} | {fault?.Fault} | {tests} |\n");
        }

        return text.ToString();
    }

    [GeneratedRegex(@"^\| (\d{1,2}) \|(.*)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("(passed|failed|skipped|not run) `([^`]+)`")]
    private static partial Regex Test();
}
