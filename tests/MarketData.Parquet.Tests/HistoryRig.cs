using MarketData.History;
using MarketData.Parquet.Query;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Parquet.Tests;

/// <summary>A history in a directory of its own.</summary>
internal sealed class HistoryRig : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("marketdata-parquet-");

    public HistoryRig(int mergeFiles = 64)
    {
        Root = Path.Combine(_directory.FullName, "history");
        Options = new ParquetOptions { Directory = Root, MergeFiles = mergeFiles };
        History = New();
    }

    public ParquetOptions Options { get; }

    public string Root { get; }

    public FakeTimeProvider Time { get; } = new();

    public ParquetHistory History { get; private set; }

    /// <summary>What was rejected: its place and why.</summary>
    public List<(int Index, string Reason)> Rejected { get; } = [];

    public string[] Files(HistoryTable table) =>
        Directory.Exists(Path.Combine(Root, HistoryTables.NameOf(table)))
            ? Directory.GetFiles(Path.Combine(Root, HistoryTables.NameOf(table)), "*", SearchOption.AllDirectories)
            : [];

    public Task<int> WriteAsync(params MarketDataEvent[] events) => History.WriteAsync(
        HistoryTables.Of(events[0]), events,
        (index, reason, _) =>
        {
            Rejected.Add((index, reason));
            return Task.CompletedTask;
        },
        TestContext.Current.CancellationToken);

    /// <summary>Another process goes on with the same files.</summary>
    public void Restart()
    {
        History.Dispose();
        History = New();
    }

    /// <summary>The one row of an answer.</summary>
    public string Row(string sql)
    {
        using var questions = new HistoryQuestions(Root);
        return string.Join(" | ", questions.Ask(sql, out _, TestContext.Current.CancellationToken).Single().Select(value => value ?? "null"));
    }

    public void Dispose()
    {
        History.Dispose();
        _directory.Delete(recursive: true);
    }

    private ParquetHistory New() => new(Options, NullLogger<ParquetHistory>.Instance, Time);
}
