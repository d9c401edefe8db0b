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
        or by a trait (`[Trait("row", "44")]`, on a test or on a class). A test that was skipped keeps its last real result with its day
        (`skipped; passed 2026-11-28`; `by` a day where only that is known); so it is known of those that run on demand.

        | Row | Fault | Tests |
        |---|---|---|

        """;

    /// <summary>Results by row and test; a test is written <c>Assembly/Namespace.Class.Method</c>.</summary>
    private readonly SortedDictionary<string, string>[] _tests =
        [.. Enumerable.Range(0, Rows + 1).Select(_ => new SortedDictionary<string, string>(StringComparer.Ordinal))];

    /// <summary>
    /// The tests of a row with their results: <c>passed</c>, <c>failed</c>, <c>skipped</c>, <c>not run</c>; of a test that is skipped at times
    /// also <c>passed 2026-11-28</c>, <c>skipped; passed 2026-11-28</c>.
    /// </summary>
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

    /// <summary>A test has ended, in whatever way. Days are written only for tests that are skipped at times: the others' lines stay as they are.</summary>
    /// <param name="test">The test.</param>
    /// <param name="result"><c>passed</c>, <c>failed</c> or <c>skipped</c>.</param>
    /// <param name="day">The day of the run.</param>
    public void SetResult(string test, string result, DateOnly day)
    {
        var on = day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var tests in _tests.Where(tests => tests.ContainsKey(test)))
        {
            var (known, isDated) = LastReal(tests[test]);
            tests[test] = (result, known) switch
            {
                ("skipped", null) => result,
                ("skipped", _) => $"skipped; {known}{(isDated ? "" : $" by {on}")}",
                _ => isDated || tests[test] == "skipped" ? $"{result} {on}" : result,
            };
        }
    }

    /// <summary>What a result says of the last run that was not skipped, and whether with its day; null when there was none.</summary>
    public static (string? Result, bool IsDated) LastReal(string result) =>
        Real().Match(result) is { Success: true } real ? (real.Value, real.Groups[1].Success) : (null, false);

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

    [GeneratedRegex("((?:skipped; )?(?:passed|failed)(?: (?:by )?[0-9]{4}-[0-9]{2}-[0-9]{2})?|skipped|not run) `([^`]+)`")]
    private static partial Regex Test();

    [GeneratedRegex("(?:passed|failed)( (?:by )?[0-9]{4}-[0-9]{2}-[0-9]{2})?")]
    private static partial Regex Real();
}
