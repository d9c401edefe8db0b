using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using Deribit.Simulator;
using MarketData;
using MarketData.ClickHouse;
using MarketData.History;
using MarketData.HistoryRate;
using MarketData.HistorySize;
using Microsoft.Extensions.Logging.Abstractions;

// How many rows a second of each table go through the driver into ClickHouse, views included, beside the least that the driver can do in the same
// run (the same rows, made before, into a table that forgets them) and what the engine can (the same rows from its memory into the table). Then the archiver as a process at full rate: rows a second, and the most memory.
// With the argument archiver only this, with the name of a table only that one. On the server at CLICKHOUSE_URL, or on the engine of the tests; the database history_rate is made anew and left there.
const string Database = "history_rate";
const int Frames = 60_000;
using var engine = Environment.GetEnvironmentVariable("CLICKHOUSE_URL") is { Length: > 0 } ? null : EngineProcess.Start();
var options = new ClickHouseOptions { Url = engine?.Url ?? Environment.GetEnvironmentVariable("CLICKHOUSE_URL")!, Database = Database };
var url = new Uri(options.Url);
using var client = new ClickHouseClient(new ClickHouseClientSettings { Host = url.Host, Port = (ushort)url.Port });
await client.ExecuteNonQueryAsync($"DROP DATABASE IF EXISTS {Database}");
using var history = new ClickHouseHistory(options, NullLogger<ClickHouseHistory>.Instance, TimeProvider.System);
await history.StartAsync(CancellationToken.None);

var clock = new MarketClock();
List<MarketDataEvent> market;
await using (var simulator = await SimulatorServer.StartAsync(MarketRows.Options(clock)))
    market = [.. new MarketRows(simulator.Market, clock).Make(Frames)];

if (args is not ["archiver"])
{
    Console.WriteLine("| Table | Rows of a batch | Rows/s | Allocated a row | Driver alone, rows/s | Allocated a row | Engine alone, rows/s | Ratio of the times |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    foreach (var table in HistoryTables.OfEvents.Where(table => args is not [var only] || only == HistoryTables.NameOf(table)))
        Console.WriteLine(await new InsertRate(history, client, Database, table, [.. market.Where(made => HistoryTables.Of(made) == table)]).MeasureAsync());
    Console.WriteLine();
}
if (args is [not "archiver"]) return;
Console.WriteLine(await new ArchiverRate(options).MeasureAsync([.. market.OfType<TradeEvent>()], "market.trades"));
Console.WriteLine(await new ArchiverRate(options).MeasureAsync(market, null));
