using System.Globalization;

using MarketData.Cli.Tests.Rigs;
using MarketData.History;
using MarketData.Parquet.Query;

namespace MarketData.Cli.Tests;

/// <summary>The files that <c>up</c> keeps of what it collects.</summary>
[Trait("kind", "integration")]
public sealed class UpHistoryTests
{
    [Fact]
    public async Task Everything_that_up_collected_is_in_its_files_and_can_be_asked_while_it_runs_and_afterwards()
    {
        await using var up = await UpProcess.StartAsync(["--instruments", "8", "--rate", "300"], history: true);
        await Until.TrueAsync(
            () => HistoryTables.OfEvents.All(table => Count(up.History, table) > 0), () => up.Process.Everything, look: TimeSpan.FromMilliseconds(500));
        await using (var asked = ChildProcess.Marketdata("sql", "SELECT count(*) > 0 AS any FROM trades", "--format", "csv", "--addresses", up.AddressFile))
        {
            Assert.True(await asked.ExitAsync() == 0, asked.Everything);
            Assert.Equal(["any", "true"], asked.Output);
            Assert.Contains(asked.Errors, line => line.EndsWith(", the history of the running up.", StringComparison.Ordinal));
        }
        await using (var past = ChildProcess.Marketdata("book", "BTC-PERPETUAL", "--at", "-2s", "--json", "--addresses", up.AddressFile))
        {
            Assert.True(await past.ExitAsync() is 0 or 3 or 4, past.Everything);
            Assert.Contains("\"change_id\"", Assert.Single(past.Output), StringComparison.Ordinal);
        }

        await up.Process.SignalAsync("TERM");
        Assert.True(await up.Process.ExitAsync() == 0, up.Process.Everything);
        var summary = Summary.Of(up.Process);
        var stored = summary.Of("files", "archiver").Acknowledged;
        Assert.Equal(summary.Lanes.Where(lane => lane.Sink == "kafka").Sum(lane => lane.Acknowledged), stored);
        Assert.Equal(stored, HistoryTables.OfEvents.Sum(table => Count(up.History, table)));
        Assert.Contains(up.Process.Output, line => line.StartsWith("Ask what was collected: marketdata sql --history ", StringComparison.Ordinal));

        // Of the directory of the configuration itself nobody should be told that it is empty.
        await using var above = ChildProcess.Start(
            "MarketData.Cli.dll", ["sql", "SELECT count(*) FROM trades"], directory: up.Process.Directory);
        Assert.True(await above.ExitAsync() == 2, above.Everything);
        Assert.Contains(above.Errors, line => line.Contains(Path.GetFileName(up.History), StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_that_cannot_be_written_ends_up_with_a_sentence_that_names_it()
    {
        await using var up = UpProcess.Begin(
            ["--instruments", "4"], new Dictionary<string, string> { ["PARQUET__DIRECTORY"] = "/etc/hostname" }, history: true);
        Assert.True(await up.Process.ExitAsync() == 2, up.Process.Everything);
        Assert.Contains(up.Process.Errors, line => line.Contains("parquet:directory is /etc/hostname/runs/", StringComparison.Ordinal));
    }

    private static long Count(string history, HistoryTable table)
    {
        using var questions = new HistoryQuestions(history);
        var count = questions.Ask($"SELECT count(*) FROM {HistoryTables.NameOf(table)}", out _, TestContext.Current.CancellationToken).Single().Single()!;
        return long.Parse(count, CultureInfo.InvariantCulture);
    }
}
