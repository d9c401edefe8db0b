using System.Globalization;
using Deribit.Simulator;
using MarketData.Archiver.Tests.Rigs;
using MarketData.ClickHouse;
using MarketData.ClickHouse.Reading;
using MarketData.Cli.Tests.Rigs;
using MarketData.Embedded.Kafka;
using MarketData.History;
using MarketData.Kafka.Tests.Support;
using MarketData.Parquet.Query;

namespace MarketData.Archiver.Tests.Run;

/// <summary>
/// The acceptance run: <c>up</c>, archivers for both stores that are killed again and again, and an engine that is killed, too. Held against
/// an independent reader of Kafka and the simulator's own books. With <c>MARKETDATA_LONG_TESTS=1</c> five minutes of 200 instruments and a
/// real Kafka, else some seconds of 20.
/// </summary>
[Trait("kind", "integration")]
public sealed class RunTests(RunTests.KafkaOfTheLongRun kafka, ITestOutputHelper output) : IClassFixture<RunTests.KafkaOfTheLongRun>, IAsyncDisposable
{
    private const int Instants = 100;
    private const int LeastProven = 95;
    private static readonly bool _isLong = Environment.GetEnvironmentVariable("MARKETDATA_LONG_TESTS") == "1";
    private static readonly int _turns = _isLong ? 15 : 2;
    private static readonly TimeSpan _turnLasts = _isLong ? TimeSpan.FromSeconds(20) : TimeSpan.Zero;
    private static readonly string[] _topics = ["market.trades", "market.ticker", "market.orderbook", "market.integrity"];

    private readonly DirectoryInfo _history = Directory.CreateTempSubdirectory("marketdata-run-");
    private readonly RealClickHouse _engine = new();
    private readonly List<ArchiverProcess> _archivers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_of_a_run_is_in_both_stores_once_and_the_books_of_any_instant_are_the_exchanges_own()
    {
        if (_isLong) kafka.Require();
        var clickHouse = await _engine.OptionsAsync();
        await using var embedded = _isLong ? null : await EmbeddedKafka.StartAsync(cancellationToken: Token);
        var servers = embedded?.BootstrapServers ?? kafka.BootstrapServers;
        await using var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { Instruments = _isLong ? 200 : 20, FramesPerSecond = _isLong ? 1_000 : 300, KeepHistory = true, KeepBookTimes = true }, Token);

        long from;
        await using (var up = Up(simulator, servers))
        {
            await up.LineAsync("events, ");
            await Until.TrueAsync(
                async () => (await IndependentReader.ReadAsync(servers, "market.orderbook")).DistinctBy(record => record.Key).Count()
                    == simulator.Market.InstrumentNames.Count,
                () => "a snapshot of each book", look: ArchiverProcess.Look);
            from = simulator.Market.InstrumentNames.Max(name => simulator.Market.GetBook(name).TimestampUnixMs);
            await KillAgainAndAgainAsync(servers, clickHouse);
            simulator.Market.StandStill(true);
            await up.SignalAsync("TERM");
            Assert.True(await up.ExitAsync(TimeSpan.FromMinutes(1)) == 0, up.Everything);
        }

        var expected = await ExpectedAsync(servers);
        await StoredAsync(expected, clickHouse);
        foreach (var archiver in _archivers) await archiver.StopAsync();
        foreach (var (table, lines) in expected)
        {
            output.WriteLine($"{HistoryTables.NameOf(table)}: {lines.Count} events");
            AssertSame(lines, StoredRows.OfFiles(_history.FullName, table));
            AssertSame(lines, await StoredRows.OfClickHouseAsync(clickHouse.Url, clickHouse.Database, table));
        }
        await ExportsAsync(expected, clickHouse);
        var files = new ParquetBookHistory(_history.FullName, TimeProvider.System);
        var provable = await ProvableAsync(servers, from);
        await BooksAsync(simulator, from, provable, files);
        using var server = new ClickHouseBookHistory(clickHouse, TimeProvider.System);
        await BooksAsync(simulator, from, provable, server);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var archiver in _archivers) await archiver.DisposeAsync();
        await _engine.DisposeAsync();
        _history.Delete(recursive: true);
    }

    // Its exchange and its Kafka outlive it here, so that both can be asked afterwards.
    private static ChildProcess Up(SimulatorServer simulator, string servers) => ChildProcess.Start(
        "MarketData.Cli.dll",
        ["up", "--exchange", "live", "--symbols", "*", "--plain", "--http-port", "0"],
        new Dictionary<string, string>
        {
            ["EXCHANGES__DERIBIT__WS_URL"] = simulator.WebSocketUri.ToString(),
            ["EXCHANGES__DERIBIT__HISTORY_URL"] = simulator.HistoryUri.ToString(),
            ["KAFKA_BOOTSTRAP_SERVERS"] = servers,
        });

    private async Task KillAgainAndAgainAsync(string servers, ClickHouseOptions clickHouse)
    {
        Start();
        for (var turn = 1; turn <= _turns; turn++)
        {
            // Each is killed while it stores.
            var begin = TimeProvider.System.GetTimestamp();
            await Until.TrueAsync(
                async () => TimeProvider.System.GetElapsedTime(begin) >= _turnLasts && await IsStoringAsync(_archivers[0]) && await IsStoringAsync(_archivers[1]),
                () => $"rows from both archivers.\n{string.Join('\n', _archivers.Select(archiver => archiver.Process.Everything))}", look: ArchiverProcess.Look);
            foreach (var archiver in _archivers)
            {
                await archiver.Process.SignalAsync("KILL");
                await archiver.DisposeAsync();
            }
            _archivers.Clear();
            if (turn % 2 == 1)
            {
                await _engine.KillAsync();
                await _engine.StartAgainAsync();
            }
            Start();
        }

        static async Task<bool> IsStoringAsync(ArchiverProcess archiver) => await archiver.FigureAsync("stored") > 0;

        void Start() => _archivers.AddRange(
        [
            Archiver(servers, ("CLICKHOUSE_URL", clickHouse.Url), ("CLICKHOUSE__DATABASE", clickHouse.Database), ("CLICKHOUSE__BACKOFF_CAP_SECONDS", "0.5")),
            Archiver(servers, ("ARCHIVER__STORE", "parquet"), ("PARQUET__DIRECTORY", _history.FullName)),
        ]);
    }

    private static ArchiverProcess Archiver(string servers, params (string Name, string Value)[] more) =>
        ArchiverProcess.Start([("KAFKA_BOOTSTRAP_SERVERS", servers), ("KAFKA__SESSION_TIMEOUT_SECONDS", _isLong ? "6" : "2"), .. more]);

    private static async Task<Dictionary<HistoryTable, List<string>>> ExpectedAsync(string servers)
    {
        var expected = HistoryTables.OfEvents.ToDictionary(table => table, _ => new List<string>());
        foreach (var topic in _topics)
        {
            foreach (var record in await IndependentReader.ReadAsync(servers, topic))
            {
                var table = StoredRows.TableOf(record);
                expected[table].Add(StoredRows.Line(table, record));
            }
        }
        return expected;
    }

    private async Task StoredAsync(Dictionary<HistoryTable, List<string>> expected, ClickHouseOptions clickHouse)
    {
        foreach (var (table, lines) in expected)
        {
            await Until.TrueAsync(
                async () => StoredRows.OfFiles(_history.FullName, table).Count >= lines.Count
                    && (await StoredRows.OfClickHouseAsync(clickHouse.Url, clickHouse.Database, table)).Count >= lines.Count,
                () => $"{lines.Count} rows of {table}.\n{string.Join('\n', _archivers.Select(archiver => archiver.Process.Everything))}",
                TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(_isLong ? 5 : 0.5));
        }
    }

    private static void AssertSame(List<string> expected, List<string> stored)
    {
        Assert.NotEmpty(expected);
        expected.Sort(StringComparer.Ordinal);
        stored.Sort(StringComparer.Ordinal);
        Assert.Equal(expected.Except(stored), []);
        Assert.Equal(stored.Except(expected), []);
        Assert.Equal(expected.Count, stored.Count);
    }

    private async Task ExportsAsync(Dictionary<HistoryTable, List<string>> expected, ClickHouseOptions clickHouse)
    {
        using var ofFiles = new ParquetExport(_history.FullName);
        using var ofClickHouse = new ClickHouseExport(clickHouse);
        using var questions = new HistoryQuestions(_history.FullName);
        foreach (var (table, lines) in expected)
        {
            var extract = new HistoryExtract { Table = table, FromUnixNs = 0, UntilUnixNs = 4_000_000_000_000_000_000 };
            var exported = new List<List<string>>();
            foreach (var (name, export) in ((string, IHistoryExport)[])[("files", ofFiles), ("clickhouse", ofClickHouse)])
            {
                var file = Path.Combine(_history.FullName, $"{table}.{name}");
                await export.WriteAsync(extract, file, Token);
                exported.Add(StoredRows.OfExport(questions, file, table));
            }
            Assert.Equal(lines.Count, exported[0].Count);
            AssertSame(exported[0], exported[1]);
        }
    }

    // Of each instrument that changed, its last change on Kafka: before it every instant has a change behind it, which proves the book.
    private static async Task<List<(string Name, long UntilUnixMs)>> ProvableAsync(string servers, long from)
    {
        var updates = (await IndependentReader.ReadAsync(servers, "market.orderbook")).Where(record => record.Text("action") == "update");
        return [.. updates.GroupBy(record => record.Key)
            .Select(book => (Name: book.Key["deribit.".Length..], UntilUnixMs: book.Max(record => record.Json.GetProperty("timestamp").GetInt64())))
            .Where(book => book.UntilUnixMs > from).OrderBy(book => book.Name, StringComparer.Ordinal)];
    }

    private async Task BooksAsync(SimulatorServer simulator, long from, List<(string Name, long UntilUnixMs)> provable, IBookHistory history)
    {
        Assert.InRange(provable.Count, simulator.Market.InstrumentNames.Count / 2, simulator.Market.InstrumentNames.Count);
        var random = new Random(5);
        var travel = new BookTravel(history, TimeProvider.System);
        var states = new Dictionary<BookAtState, int>();
        for (var instant = 0; instant < Instants; instant++)
        {
            var (name, until) = provable[random.Next(provable.Count)];
            var at = random.NextInt64(from, until);
            var found = await travel.AtAsync(new Instrument { Exchange = "deribit", Name = name }, at, Token);
            states[found.State] = states.GetValueOrDefault(found.State) + 1;
            Assert.True(found.Book is not null, found.Statement);
            var truth = simulator.Market.GetBook(name, found.Book.ChangeId);
            Assert.NotNull(truth);
            Assert.InRange(truth.TimestampUnixMs, 0, at);
            Assert.Equal(truth.Bids.Select(level => (level.Price, level.Amount)), Levels(found.Book.Bids));
            Assert.Equal(truth.Asks.Select(level => (level.Price, level.Amount)), Levels(found.Book.Asks));

            // A later change of before the instant may be missing only where an incident of the ledger says so.
            var isLatest = simulator.Market.GetNextChangeUnixMs(name, found.Book.ChangeId) is not { } next || next > at;
            var isNamed = found.State == BookAtState.Incident && found.Incidents.Any(incident => incident.FromUnixMs <= at && !(incident.ToUnixMs <= at));
            Assert.True(isLatest || isNamed, $"{found.State}: {found.Statement}");
        }
        output.WriteLine($"{history.GetType().Name}: {string.Join(", ", states.Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.Value} {state.Key}")))}");

        // A connection that was lost on a busy machine leaves an incident, which is rare.
        Assert.All(states.Keys, state => Assert.True(state is BookAtState.Proven or BookAtState.Incident, $"{state}"));
        Assert.InRange(states.GetValueOrDefault(BookAtState.Proven), LeastProven, Instants);
    }

    /// <summary>It remembers more than the embedded one.</summary>
    public sealed class KafkaOfTheLongRun : RealKafka
    {
        protected override bool IsWanted => _isLong;
    }

    private static IEnumerable<(decimal, decimal)> Levels(ReadOnlyMemory<BookLevel> levels) => levels.ToArray().Select(level => (level.Price, level.Amount));
}
