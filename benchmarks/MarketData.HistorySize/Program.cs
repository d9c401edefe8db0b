using System.Globalization;
using Deribit.Simulator;
using MarketData.ClickHouse;
using MarketData.History;
using MarketData.HistorySize;
using Microsoft.Extensions.Logging.Abstractions;

// How many bytes a row of each table takes on disk, and each column's share. Argument: frames of the market (default 250000, which is 21
// minutes of it); what a backfill stores is of one size. On the server at CLICKHOUSE_URL, or on the engine of the tests; the database history_size is made anew and left there.
const string Database = "history_size";
const int BatchRows = 20_000;
var frames = args is [var wanted] ? int.Parse(wanted, CultureInfo.InvariantCulture) : 250_000;
using var engine = Environment.GetEnvironmentVariable("CLICKHOUSE_URL") is { Length: > 0 } ? null : EngineProcess.Start();
var options = new ClickHouseOptions { Url = engine?.Url ?? Environment.GetEnvironmentVariable("CLICKHOUSE_URL")!, Database = Database };
using var http = new HttpClient { BaseAddress = new Uri(options.Url), Timeout = TimeSpan.FromMinutes(10) };

await AskAsync($"DROP DATABASE IF EXISTS {Database}");
using var history = new ClickHouseHistory(options, NullLogger<ClickHouseHistory>.Instance, TimeProvider.System);
await history.StartAsync(CancellationToken.None);
var clock = new MarketClock();
await using var simulator = await SimulatorServer.StartAsync(MarketRows.Options(clock));
var batches = HistoryTables.All.ToDictionary(table => table, _ => new List<IHistoryRecord>());
foreach (var made in new MarketRows(simulator.Market, clock).Make(frames).Concat(SeriesRows.Make(simulator.Market.InstrumentNames)))
{
    var table = HistoryTables.Of(made);
    batches[table].Add(made);
    if (batches[table].Count == BatchRows) await WriteAsync(table);
}
foreach (var table in HistoryTables.All.Where(table => batches[table].Count > 0)) await WriteAsync(table);

foreach (var table in (await AskAsync($"SELECT name FROM system.tables WHERE database = '{Database}' AND engine LIKE '%MergeTree'")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
    await AskAsync($"OPTIMIZE TABLE {Database}.{table} FINAL");
// Data is what the rows take. A part has indices, marks and, in newer versions, statistics besides, which hardly grow with it: of parts as
// small as these they are a large share. Small parts hold all columns in one file, of which only the sum is known.
const string Parts = $"FROM system.parts WHERE database = '{Database}' AND active AND table != 'schema_migrations' GROUP BY table ORDER BY table";
Console.WriteLine(await AskAsync($"SELECT table, sum(rows) AS rows, round(sum(data_compressed_bytes) / rows, 2) AS data_bytes_per_row, round(sum(bytes_on_disk) / rows, 2) AS bytes_per_row_in_all, sum(bytes_on_disk) - sum(data_compressed_bytes) AS other_bytes {Parts} FORMAT PrettyCompactMonoBlock"));
Console.WriteLine(await AskAsync(
    $"SELECT table, name, compression_codec, round(data_compressed_bytes / rows, 2) AS bytes_per_row, round(data_uncompressed_bytes / data_compressed_bytes, 1) AS ratio "
    + $"FROM system.columns AS columns INNER JOIN (SELECT table, sum(rows) AS rows {Parts}) AS parts ON columns.table = parts.table "
    + $"WHERE database = '{Database}' AND data_compressed_bytes > 0 ORDER BY table, bytes_per_row DESC FORMAT PrettyCompactMonoBlock"));
return 0;

async Task WriteAsync(HistoryTable table)
{
    await history.WriteAsync(table, batches[table], (index, reason, _) => throw new InvalidOperationException($"Row {index}: {reason}"), CancellationToken.None);
    batches[table].Clear();
}

async Task<string> AskAsync(string statement)
{
    using var answer = await http.PostAsync("/", new StringContent(statement));
    var text = await answer.Content.ReadAsStringAsync();
    return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException(text);
}
