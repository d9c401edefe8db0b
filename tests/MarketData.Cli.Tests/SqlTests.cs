using MarketData.Cli.History;
using MarketData.History;
using MarketData.Parquet;
using MarketData.Parquet.Query;

using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Cli.Tests;

/// <summary><c>marketdata sql</c>: questions to the history that is kept as files.</summary>
public sealed class SqlTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("marketdata-sql-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Process_answers_with_a_table_and_says_what_is_wrong_with_a_question_or_a_directory()
    {
        await WriteAsync(3);
        await using (var asked = ChildProcess.Marketdata("sql", "SELECT trade_seq, price FROM trades ORDER BY trade_seq;", "--history", _directory.FullName))
        {
            Assert.True(await asked.ExitAsync() == 0, asked.Everything);
            Assert.Equal(
                ["trade_seq  price", $"---------  {new string('-', "92011.500000000000000000".Length)}", "1          92011.500000000000000000"],
                asked.Output.Take(3));
        }

        await using (var wrong = ChildProcess.Marketdata("sql", "SELECT prize FROM trades", "--history", _directory.FullName))
        {
            Assert.Equal(1, await wrong.ExitAsync());
            Assert.Contains("prize", wrong.Everything, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", wrong.Everything, StringComparison.Ordinal);
        }

        await using (var away = ChildProcess.Start(
            "MarketData.Cli.dll", ["sql", "SELECT 1"], new Dictionary<string, string> { ["CLICKHOUSE_URL"] = "http://127.0.0.1:1" }))
        {
            Assert.Equal(1, await away.ExitAsync());
            Assert.Contains("ClickHouse at http://127.0.0.1:1 cannot be reached", away.Errors[^1], StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", away.Everything, StringComparison.Ordinal);
        }

        await using (var nowhere = ChildProcess.Marketdata("sql", "SELECT 1", "--history", "/nowhere"))
        {
            Assert.Equal(2, await nowhere.ExitAsync());
            Assert.Contains("--history /nowhere: there is no such directory.", nowhere.Everything, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Files_that_nothing_names_answer_and_it_is_said_that_they_do()
    {
        await WriteAsync(1, Path.Combine(_directory.FullName, "history"));
        await using var asked = ChildProcess.Start(
            "MarketData.Cli.dll", ["sql", "SELECT count(*) AS n FROM trades", "--format", "csv"], directory: _directory.FullName);
        Assert.True(await asked.ExitAsync() == 0, asked.Everything);
        Assert.Equal(["n", "1"], asked.Output);
        Assert.Equal("From history: no up runs, and the configuration names no store.", Assert.Single(asked.Errors));
    }

    [Fact]
    public async Task Csv_is_quoted_and_tells_nothing_from_an_empty_text() => Assert.Equal(
        "a,\"b\"\"c\",d,e\n1,\"x,\"\"y\"\"\nz\",,\"\"\n",
        (await AnswerAsync("SELECT 1 AS a, 'x,\"y\"' || chr(10) || 'z' AS \"b\"\"c\", NULL AS d, '' AS e -- no more", "csv")).Text);

    [Fact]
    public async Task Json_is_an_object_a_line_with_all_digits() => Assert.Equal(
        "{\"n\":12345678901234567890.000000000000000001,\"l\":[1,null],\"t\":\"2026-11-23 15:18:14.480929401\"}\n",
        (await AnswerAsync(
            "SELECT 12345678901234567890.000000000000000001::DECIMAL(38, 18) AS n, [1, NULL] AS l, make_timestamp_ns(1795447094480929401) AS t", "json")).Text);

    [Fact]
    public async Task Table_ends_after_a_thousand_rows_and_says_so()
    {
        var (text, notes) = await AnswerAsync("SELECT range AS n FROM range(1001)", "table");
        Assert.Equal(1_002, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("Only the first 1000 rows are shown", notes, StringComparison.Ordinal);
        Assert.Equal("", (await AnswerAsync("SELECT range AS n FROM range(1000)", "table")).Notes);
        Assert.Equal(1_002, (await AnswerAsync("SELECT range AS n FROM range(1001)", "csv")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    public void Dispose()
    {
        // A process that had it as its own has taken it away.
        if (Directory.Exists(_directory.FullName))
            _directory.Delete(recursive: true);
    }

    private async Task<(string Text, string Notes)> AnswerAsync(string question, string format)
    {
        using var questions = new HistoryQuestions(_directory.FullName);
        using StringWriter output = new() { NewLine = "\n" }, notes = new() { NewLine = "\n" };
        await AnswerText.WriteAsync(output, notes, questions, question, format, Token);
        return (output.ToString(), notes.ToString());
    }

    private async Task WriteAsync(int trades, string? directory = null)
    {
        using var history = new ParquetHistory(
            new ParquetOptions { Directory = directory ?? _directory.FullName }, NullLogger<ParquetHistory>.Instance, TimeProvider.System);
        await history.WriteAsync(
            HistoryTable.Trades,
            [.. Enumerable.Range(1, trades).Select(sequence => new TradeEvent
            {
                Exchange = "deribit",
                InstrumentName = "BTC-PERPETUAL",
                Key = "deribit.BTC-PERPETUAL",
                ExchangeTimeUnixMs = 1_795_447_094_480 + sequence,
                ReceivedAtUnixNs = 1_795_447_094_480_929_417 + sequence,
                TradeId = $"t{sequence}",
                TradeSequence = sequence,
                Price = 92011.5m,
                Amount = 10,
                Direction = TradeDirection.Buy,
            })],
            (_, reason, _) => throw new InvalidOperationException(reason),
            Token);
    }
}
