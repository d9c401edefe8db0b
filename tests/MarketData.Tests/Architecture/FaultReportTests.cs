using System.Diagnostics;

using FaultSuite;

namespace MarketData.Tests.Architecture;

/// <summary>docs/faults.md (for people) and docs/fault-report.md (written by the test run) say the same, and leave no row out.</summary>
public sealed class FaultReportTests
{
    private static readonly Dictionary<int, FaultRow> _rows = FaultRow.Read(File.ReadAllText(Repository.Full("docs/faults.md")));
    private static readonly FaultReport _report = FaultReport.Parse(File.ReadAllText(Repository.Full("docs/fault-report.md")));

    [Fact]
    public void Every_row_stands_in_the_faults_once_and_in_no_other_number() =>
        Assert.Equal(Enumerable.Range(1, FaultReport.Rows), _rows.Where(row => !row.Value.IsRepeated).Select(row => row.Key).Order());

    [Fact]
    public void Every_row_has_a_test_or_a_reason_why_not() => AssertEach((number, row) =>
        _report.Tests(number).Count > 0 || row.Reason is not null
            ? null
            : "has no test (named Row.._ or with the trait row) and docs/faults.md does not say that something is open or needs something.");

    [Fact]
    public void Row_with_tests_is_not_called_open() => AssertEach((number, row) =>
        _report.Tests(number).Count > 0 && row.Outcome == "open" ? "has tests, but docs/faults.md calls it open." : null);

    [Fact]
    public void Place_that_a_row_names_exists() => AssertEach((_, row) =>
        row.Places.FirstOrDefault(place => !Exists(place)) is { } place ? $"names {place}, which is no class, folder or project of tests." : null);

    [Fact]
    public void Row_names_a_place_of_one_of_its_tests() => AssertEach((number, row) =>
        _report.Tests(number).Count == 0 || row.Places.Any(place => _report.Tests(number).Keys.Any(test => IsIn(test, place)))
            ? null
            : $"has the tests {string.Join(", ", _report.Tests(number).Keys)}; docs/faults.md names none of their places.");

    // As it was committed: a run that is under way writes to the file itself, this project's first.
    [Fact]
    public async Task Committed_report_says_of_no_test_that_it_failed_or_never_ran()
    {
        var committed = FaultReport.Parse(await CommittedAsync());
        AssertEach((number, _) =>
        {
            var bad = committed.Tests(number)
                .Where(test => test.Value == "not run" || FaultReport.LastReal(test.Value).Result?.StartsWith("failed", StringComparison.Ordinal) == true)
                .Select(test => $"{test.Value} {test.Key}").ToList();
            return bad.Count == 0 ? null : $"was committed with: {string.Join(", ", bad)}. Run them, mend what fails, and commit docs/fault-report.md.";
        });
    }

    [Fact]
    public void Report_reads_back_as_it_was_written_and_keeps_what_did_not_run()
    {
        var report = new FaultReport();
        report.SetTests("A.Tests", [(1, "A.Tests/X.Row01_Some"), (2, "A.Tests/X.Other")]);
        report.SetTests("B.Tests", [(1, "B.Tests/Y.Row01_More")]);
        report.SetResult("A.Tests/X.Row01_Some", "passed", new DateOnly(2026, 11, 27));
        report.SetResult("B.Tests/Y.Row01_More", "failed", new DateOnly(2026, 11, 27));
        var again = FaultReport.Parse(report.Render(_rows));
        Assert.Equal(report.Render(_rows), again.Render(_rows));
        Assert.Equal(["passed", "failed"], again.Tests(1).Values);
        // A test that is gone leaves, one that is new is not run yet, another project's stay as they are.
        again.SetTests("A.Tests", [(1, "A.Tests/X.Row01_Some"), (1, "A.Tests/X.Row01_New")]);
        Assert.Equal(["not run", "passed", "failed"], again.Tests(1).Values);
        Assert.Empty(again.Tests(2));
    }

    // A run without the tests that take minutes made "skipped" of their "passed".
    [Theory]
    [InlineData("not run", "skipped", "skipped")]
    [InlineData("skipped", "skipped", "skipped")]
    [InlineData("passed", "skipped", "skipped; passed by 2026-11-28")]
    [InlineData("skipped", "passed", "passed 2026-11-28")]
    [InlineData("passed 2026-11-20", "skipped", "skipped; passed 2026-11-20")]
    [InlineData("skipped; passed 2026-11-20", "skipped", "skipped; passed 2026-11-20")]
    [InlineData("skipped; passed by 2026-11-20", "skipped", "skipped; passed by 2026-11-20")]
    [InlineData("skipped; failed 2026-11-20", "passed", "passed 2026-11-28")]
    [InlineData("passed 2026-11-20", "failed", "failed 2026-11-28")]
    [InlineData("failed", "passed", "passed")]
    [InlineData("not run", "passed", "passed")]
    public void Test_that_is_skipped_keeps_its_last_real_result_with_its_day(string before, string result, string after)
    {
        var report = FaultReport.Parse($"| 1 | x | {before} `A.Tests/X.Row01_Some`<br>passed `A.Tests/X.Row01_Other` |");
        report.SetResult("A.Tests/X.Row01_Some", result, new DateOnly(2026, 11, 28));
        Assert.Equal(["passed", after], report.Tests(1).Values);
        Assert.Equal(["passed", after], FaultReport.Parse(report.Render(_rows)).Tests(1).Values);
    }

    [Theory]
    [InlineData("| 35-37 | a, b | open | |", 36, "a, b", "open", "open", 0)]
    [InlineData("| 7 | storm | batched; order is open | `Faults/X`, one more: `A.Tests` |", 7, "storm", "batched; order is open", "order is open", 2)]
    [InlineData("| 8 | x | half-open probe, opened again | `Kills/` |", 8, "x", "half-open probe, opened again", null, 1)]
    public void Row_is_read_as_people_write_it(string line, int number, string fault, string outcome, string? reason, int places)
    {
        var row = FaultRow.Read("| Row | Fault | What happens | Test |\n|---|---|---|---|\n" + line + "\n")[number];
        Assert.Equal((fault, outcome, reason, places), (row.Fault, row.Outcome, row.Reason, row.Places.Count));
    }

    private static async Task<string> CommittedAsync()
    {
        var start = new ProcessStartInfo("git", ["show", "HEAD:docs/fault-report.md"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var git = Process.Start(start)!;
            var error = git.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var text = await git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await git.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.SkipUnless(git.ExitCode == 0, $"git does not tell what was committed: {await error}");
            return text;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Assert.Skip($"There is no git to tell what was committed: {exception.Message}");
            return "";
        }
    }

    private static void AssertEach(Func<int, FaultRow, string?> problem) =>
        Assert.Empty(_rows.OrderBy(row => row.Key).Select(row => (row.Key, found: problem(row.Key, row.Value)))
            .Where(row => row.found is not null).Select(row => $"Row {row.Key} {row.found}"));

    // `MarketData.Kafka.Tests/Spill`, or within any project: `Faults/BooksGapTests`, `Kills/`.
    private static bool Exists(string place) =>
        Directory.GetDirectories(Repository.Full("tests")).Append(Repository.Full("tests")).Select(within => Path.Combine(within, place))
            .Any(path => Directory.Exists(path) || File.Exists(path + ".cs"));

    private static bool IsIn(string test, string place)
    {
        var (project, rest) = (test[..test.IndexOf('/', StringComparison.Ordinal)], test[(test.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        var path = rest.Replace('.', '/') + "/";
        return path.StartsWith(place + "/", StringComparison.Ordinal) || $"{project}/{path}".StartsWith(place + "/", StringComparison.Ordinal);
    }
}
