using MarketData.History;
using MarketData.Parquet.Query;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketData.Parquet.Tests;

/// <summary>A history in a directory of its own.</summary>
internal sealed class HistoryRig : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("marketdata-parquet-");

    /// <summary>Creates it.</summary>
    /// <param name="root">Somebody else's directory; null: one of its own.</param>
    public HistoryRig(string? root = null)
    {
        Root = root ?? Path.Combine(_directory.FullName, "history");
        History = New();
        History.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public string Root { get; }

    public FakeTimeProvider Time { get; } = new();

    public ParquetHistory History { get; private set; }

    /// <summary>What was rejected: its place and why.</summary>
    public List<(int Index, string Reason)> Rejected { get; } = [];

    public string[] Files(HistoryTable table) =>
        Directory.Exists(Path.Combine(Root, HistoryTables.NameOf(table)))
            ? Directory.GetFiles(Path.Combine(Root, HistoryTables.NameOf(table)), "*", SearchOption.AllDirectories)
            : [];

    public Task<int> WriteAsync(params IHistoryRecord[] records) => History.WriteAsync(
        HistoryTables.Of(records[0]), records,
        (index, reason, _) =>
        {
            Rejected.Add((index, reason));
            return Task.CompletedTask;
        },
        TestContext.Current.CancellationToken);

    /// <summary>Another process goes on with the same files.</summary>
    public Task RestartAsync()
    {
        History.Dispose();
        History = New();
        return History.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for a write that is tried again from time to time.</summary>
    public async Task<int> UntilDoneAsync(Task<int> writing)
    {
        await Until.TrueAsync(
            () =>
            {
                Time.Advance(TimeSpan.FromSeconds(10));
                return writing.IsCompleted;
            },
            () => "written");
        return await writing;
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

    private ParquetHistory New() => new(new ParquetOptions { Directory = Root }, NullLogger<ParquetHistory>.Instance, Time);
}
