using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;

[assembly: AssemblyFixture(typeof(FaultSuite.FaultRowRecorder))]
[assembly: FaultSuite.RecordFaultRows]

namespace FaultSuite;

/// <summary>
/// In every test project: keeps <c>docs/fault-report.md</c> true. At the start the project's tests take their places in it, at the end they
/// get their results. Projects that run side by side take turns. Without a repository around it, for example in a published folder, nothing
/// is written.
/// </summary>
public sealed partial class FaultRowRecorder : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<string, string> s_results = new(StringComparer.Ordinal);
    private static readonly Assembly s_assembly = typeof(FaultRowRecorder).Assembly;

    /// <summary>The project's tests take their places.</summary>
    public FaultRowRecorder()
    {
        var tests = s_assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.IsDefined(typeof(FactAttribute)))
            .SelectMany(method => RowsOf(method).Select(row => (row, NameOf(method)))).ToList();
        Change(report => report.SetTests(s_assembly.GetName().Name!, tests));
    }

    /// <summary>The tests that ran get their results.</summary>
    public void Dispose() => Change(report =>
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        foreach (var (test, result) in s_results) report.SetResult(test, result, today);
    });

    internal static void Record(MethodInfo method)
    {
        if (!RowsOf(method).Any()) return;
        var result = TestContext.Current.TestState?.Result switch
        {
            TestResult.Passed => "passed",
            TestResult.Skipped or TestResult.NotRun => "skipped",
            _ => "failed",
        };
        // Of the cases of a theory one that failed decides, and one that passed says more than one that was skipped.
        s_results.AddOrUpdate(NameOf(method), result, (_, before) => before == "failed" || result == "skipped" ? before : result);
    }

    private static IEnumerable<int> RowsOf(MethodInfo method)
    {
        if (RowName().Match(method.Name) is { Success: true } name) yield return int.Parse(name.Groups[1].ValueSpan);
        foreach (var trait in method.GetCustomAttributesData().Concat(method.DeclaringType!.GetCustomAttributesData()))
        {
            if (trait.AttributeType == typeof(TraitAttribute) && trait.ConstructorArguments is [{ Value: "row" }, { Value: string row }])
                yield return int.Parse(row, System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private static string NameOf(MethodInfo method)
    {
        var assembly = s_assembly.GetName().Name!;
        var type = method.DeclaringType!.FullName!;
        return $"{assembly}/{(type.StartsWith(assembly + ".", StringComparison.Ordinal) ? type[(assembly.Length + 1)..] : type)}.{method.Name}";
    }

    private static void Change(Action<FaultReport> change)
    {
        if (!RepositoryRoot.Exists) return;
        var (faults, path) = (RepositoryRoot.Full("docs/faults.md"), RepositoryRoot.Full("docs/fault-report.md"));
        using var turn = new Mutex(false, "marketdata-fault-report");
        try
        {
            if (!turn.WaitOne(Turn)) throw new TimeoutException($"{path} is being written by another test project for more than {Turn}.");
        }
        catch (AbandonedMutexException)
        {
            // Another one died; the turn is ours, and the file is replaced whole.
        }

        try
        {
            var before = File.Exists(path) ? File.ReadAllText(path) : "";
            var report = FaultReport.Parse(before);
            change(report);
            var after = report.Render(FaultRow.Read(File.ReadAllText(faults)));
            if (after == before) return;
            File.WriteAllText(path + ".new", after);
            File.Move(path + ".new", path, overwrite: true);
        }
        finally
        {
            turn.ReleaseMutex();
        }
    }

    [GeneratedRegex(@"^(?:Row|Fault_row_)(\d{1,2})_")]
    private static partial Regex RowName();
}
