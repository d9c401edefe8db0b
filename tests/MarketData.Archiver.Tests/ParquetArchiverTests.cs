using MarketData.Archiver.Tests.Rigs;
using MarketData.History;
using MarketData.Parquet.Query;

namespace MarketData.Archiver.Tests;

/// <summary>The archiver with files instead of ClickHouse.</summary>
[Trait("kind", "integration")]
public sealed class ParquetArchiverTests : IDisposable
{
    private readonly DirectoryInfo _history = Directory.CreateTempSubdirectory("marketdata-archiver-");

    [Fact]
    public async Task Kill_at_any_moment_leaves_every_event_once_in_files()
    {
        await using var rig = await ArchiveRig.StartAsync(engine: null);
        await rig.PublishAsync(3_000);
        for (var stored = 500; stored <= 1_500; stored += 1_000)
        {
            await using var killed = Start(rig);
            await Until.TrueAsync(() => Count("trades") >= stored, () => $"{stored} trades.\n{killed.Process.Everything}", look: ArchiverProcess.Look);
            await killed.Process.SignalAsync("KILL");
            await killed.Process.ExitAsync();
        }
        await using var last = Start(rig);
        await Until.TrueAsync(
            () => HistoryTables.All.All(table => Count(HistoryTables.NameOf(table)) >= rig.Published),
            () => $"all events.\n{last.Process.Everything}", TimeSpan.FromMinutes(1), ArchiverProcess.Look);
        await last.StopAsync();
        foreach (var table in HistoryTables.All.Select(HistoryTables.NameOf))
        {
            Assert.Equal(
                $"{rig.Published} rows, {rig.Published} numbers",
                Ask($"SELECT count(*) || ' rows, ' || count(DISTINCT received_at) || ' numbers' FROM {table}"));
        }
    }

    public void Dispose() => _history.Delete(recursive: true);

    private ArchiverProcess Start(ArchiveRig rig) => rig.Start(
        clickHouseUrl: null, ("ARCHIVER__STORE", "parquet"), ("CLICKHOUSE_URL", ""), ("PARQUET__DIRECTORY", _history.FullName));

    private long Count(string table) => long.Parse(Ask($"SELECT count(*) FROM {table}"), null);

    private string Ask(string question)
    {
        using var questions = new HistoryQuestions(_history.FullName);
        return questions.Ask(question, out _, TestContext.Current.CancellationToken).Single().Single()!;
    }
}
