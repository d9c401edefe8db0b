using Deribit.Simulator;
using MarketData.ClickHouse;
using MarketData.History;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Archiver.Tests;

/// <summary>The commands that fill and ask the history, as processes, on a real ClickHouse.</summary>
[Trait("kind", "integration")]
public sealed class HistoryCommandTests(RealClickHouse engine)
{
    private const int Trades = 1_500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backfill_stores_each_trade_once_and_export_gives_them_back()
    {
        var options = await engine.OptionsAsync();
        var clock = new SteppedTime(standsStill: true);
        await using var simulator = await StartExchangeAsync(clock);
        var name = simulator.Market.InstrumentNames.First(one => !one.EndsWith("PERPETUAL", StringComparison.Ordinal));
        simulator.Market.Trade(name, Trades);
        clock.Step(TimeSpan.FromMinutes(1));

        var first = await RunAsync(options, simulator, 0, "backfill", "trades", name, "--from", "-1h");
        Assert.EndsWith(" (seq 1..1500): complete. 1,500 trades stored, 0 were there before.", Assert.Single(first), StringComparison.Ordinal);
        var second = await RunAsync(options, simulator, 0, "backfill", "trades", name, "--from", "-1h");
        Assert.EndsWith(" (seq 1..1500): complete. 0 trades stored, 1,500 were there before.", Assert.Single(second), StringComparison.Ordinal);

        var directory = Directory.CreateTempSubdirectory("marketdata-export-");
        var file = Path.Combine(directory.FullName, "trades.csv");
        var exported = await RunAsync(options, simulator, 0, "export", "trades", file, "--symbol", name, "--from", "-1h", "--to", "2100-01-01T00:00:00Z");
        Assert.StartsWith($"{file}: 1,500 rows of trades, ", Assert.Single(exported), StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(file, Token);
        directory.Delete(recursive: true);
        var sequence = Array.IndexOf(lines[0].Split(','), "\"trade_seq\"");
        Assert.Equal(
            Enumerable.Range(1, Trades).Select(number => FormattableString.Invariant($"{number}")),
            lines.Skip(1).Select(line => line.Split(',')[sequence]).Order(Comparer<string>.Create((left, right) =>
                left.Length == right.Length ? string.CompareOrdinal(left, right) : left.Length.CompareTo(right.Length))));
    }

    [Fact]
    public async Task Backfill_of_what_would_be_deleted_again_is_refused_before_anything_is_fetched()
    {
        var options = await engine.OptionsAsync();
        options.Ttl.TradesDays = 2;
        using (var archiver = NewHistory(options)) await archiver.StartAsync(Token);
        await using var simulator = await StartExchangeAsync(new SteppedTime());
        var refused = await RunAsync(options, simulator, 2, "backfill", "trades", simulator.Market.InstrumentNames[0], "--from", "-3d");
        Assert.Contains("--from -3d: this history keeps trades for 2 days and deletes older ones again. Begin at ", refused[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Book_of_an_instant_is_that_of_the_last_change_before_it()
    {
        var options = await engine.OptionsAsync();
        using (var history = NewHistory(options))
        {
            await history.StartAsync(Token);
            await WriteAsync(history, HistoryTable.BookSnapshots, At(Sample.Book(BookAction.Snapshot, 100), 0));
            await WriteAsync(history, HistoryTable.BookUpdates, At(Sample.Book(BookAction.Update, 101), 1_000), At(Sample.Book(BookAction.Update, 102), 2_000));
        }

        var answer = await RunAsync(options, null, 0, "book", "BTC-PERPETUAL", "--at", "2026-11-23T15:18:15.980Z", "--json");
        Assert.Contains("\"change_id\":101,", Assert.Single(answer), StringComparison.Ordinal);
        Assert.Contains("\"state\":\"proven\"", answer[0], StringComparison.Ordinal);

        // Before the first snapshot nothing is known, and that is an answer, too.
        var before = await RunAsync(options, null, 4, "book", "BTC-PERPETUAL", "--at", "2026-11-23T15:18:13Z");
        Assert.Contains("No book", Assert.Single(before), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sql_asks_the_ClickHouse_of_the_configuration_and_not_files_of_an_old_trial_and_sees_each_event_once()
    {
        var options = await engine.OptionsAsync();
        using (var history = NewHistory(options))
        {
            await history.StartAsync(Token);
            foreach (var table in HistoryTables.OfEvents)
                await DoAsync(options, $"SYSTEM STOP MERGES {HistoryTables.NameOf(table)}");
            for (var time = 0; time < 2; time++)
            {
                await WriteAsync(history, HistoryTable.Trades, Sample.Trade(1) with { TradeId = "a,\"b\"\\c" });
                await WriteAsync(history, HistoryTable.Tickers, Sample.Ticker());
                await WriteAsync(history, HistoryTable.BookUpdates, Sample.Book(BookAction.Update, 7));
                await WriteAsync(history, HistoryTable.BookSnapshots, Sample.Book(BookAction.Snapshot, 7));
                await WriteAsync(history, HistoryTable.Integrity, Sample.Integrity(""));
            }
        }

        var names = HistoryTables.OfEvents.Select(HistoryTables.NameOf).ToList();
        var counts = string.Join(", ", names.Select(name => $"(SELECT count() FROM {name}) AS {name}"));
        var counted = await AskAsync(options, 0, $"SELECT {counts};", "csv");
        Assert.Equal([string.Join(',', names), "1,1,1,1,1"], counted.Output);
        Assert.Equal($"From ClickHouse at {options.Url}.", Assert.Single(counted.Errors));

        var shown = await AskAsync(options, 0, "SELECT trade_seq, price, iv, received_at, tick_direction FROM trades -- no more", "table");
        Assert.Equal(
            [
                "trade_seq  price    iv  received_at                    tick_direction",
                "---------  -------  --  -----------------------------  --------------",
                "1          92011.5      2026-11-23 15:18:14.480929418  1",
            ],
            shown.Output);
        Assert.Equal(
            ["trade_id,iv,detail,leg_trade_seqs", "\"a,\"\"b\"\"\\c\",,\"\",\"[7,null]\""],
            (await AskAsync(options, 0, "SELECT trade_id, iv, detail, leg_trade_seqs FROM trades, integrity", "csv")).Output);
        Assert.Equal(
            "{\"amount\":10,\"bid_prices\":[92011.5,-0.000000000000000001],\"received_at\":\"2026-11-23 15:18:14.480929417\",\"prev_change_id\":6,\"best_ask_price\":null,\"x\":\"nan\"}",
            Assert.Single((await AskAsync(
                options, 0, "SELECT amount, bid_prices, u.received_at AS received_at, prev_change_id, best_ask_price, nan AS x FROM trades, book_updates AS u", "json")).Output));
        Assert.Equal(["n"], (await AskAsync(options, 0, "SELECT trade_seq AS n FROM trades WHERE trade_seq > 1", "csv")).Output);
    }

    [Theory]
    [InlineData("SELECT prize FROM trades", "prize")]
    [InlineData("SELECT * FROM trade", "Tables are there after an archiver has run with the database ")]
    [InlineData("DROP TABLE trades", "Syntax error")]
    public async Task Question_that_ClickHouse_cannot_answer_is_one_sentence_and_changes_nothing(string question, string expected)
    {
        var options = await engine.OptionsAsync();
        using var history = NewHistory(options);
        await history.StartAsync(Token);
        await WriteAsync(history, HistoryTable.Trades, Sample.Trade(1));
        var answer = await AskAsync(options, 1, question, "table");
        Assert.Empty(answer.Output);
        Assert.Equal(2, answer.Errors.Count);
        Assert.Contains(expected, answer.Errors[1], StringComparison.Ordinal);
        await WriteAsync(history, HistoryTable.Trades, Sample.Trade(2));
    }

    private static ClickHouseHistory NewHistory(ClickHouseOptions options) =>
        new(options, NullLogger<ClickHouseHistory>.Instance, TimeProvider.System);

    private static BookLevel Bid(int ms) => new(92011.5m, 10 + ms);

    private static OrderBookEvent At(OrderBookEvent book, int ms) =>
        book with { Bids = new[] { Bid(ms) }, BestBid = Bid(ms), ExchangeTimeUnixMs = Sample.Milliseconds + ms, ReceivedAtUnixNs = Sample.Nanoseconds + (ms * 1_000_000L) };

    private static Task<int> WriteAsync(ClickHouseHistory history, HistoryTable table, params IReadOnlyList<IHistoryRecord> records) =>
        history.WriteAsync(table, records, (_, reason, _) => throw new InvalidOperationException(reason), Token);

    private static Task<SimulatorServer> StartExchangeAsync(TimeProvider clock) => SimulatorServer.StartAsync(
        new SimulatorOptions { Instruments = 20, FramesPerSecond = 0, KeepHistory = true, TimeProvider = clock }, Token);

    // The lines of standard output; of a command that is refused those of standard error.
    private static async Task<IReadOnlyList<string>> RunAsync(
        ClickHouseOptions options, SimulatorServer? exchange, int exitCode, params string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["CLICKHOUSE_URL"] = options.Url, ["CLICKHOUSE__DATABASE"] = options.Database };
        if (exchange is not null) environment["EXCHANGES__DERIBIT__WS_URL"] = exchange.WebSocketUri.ToString();
        await using var command = ChildProcess.Start("MarketData.Cli.dll", arguments, environment);
        Assert.True(await command.ExitAsync() == exitCode, command.Everything);
        return exitCode == 2 ? command.Errors : command.Output;
    }

    // In a working directory that has files of a trial without a trade.
    private static async Task<(IReadOnlyList<string> Output, IReadOnlyList<string> Errors)> AskAsync(
        ClickHouseOptions options, int exitCode, string question, string format)
    {
        var directory = Directory.CreateTempSubdirectory("marketdata-test-");
        directory.CreateSubdirectory(Path.Combine("history", HistoryTables.NameOf(HistoryTable.Trades)));
        var environment = new Dictionary<string, string> { ["CLICKHOUSE_URL"] = options.Url, ["CLICKHOUSE__DATABASE"] = options.Database };
        await using var command = ChildProcess.Start("MarketData.Cli.dll", ["sql", question, "--format", format], environment, directory.FullName);
        Assert.True(await command.ExitAsync() == exitCode, command.Everything);
        return (command.Output, command.Errors);
    }

    private static async Task DoAsync(ClickHouseOptions options, string statement)
    {
        using var http = new HttpClient();
        using var body = new StringContent(statement);
        using var answer = await http.PostAsync(new Uri($"{options.Url}?database={options.Database}"), body, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
