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
}
