using System.Diagnostics;
using System.Globalization;
using ClickHouse.Driver;
using MarketData.ClickHouse;
using MarketData.History;

namespace MarketData.HistoryRate;

/// <summary>
/// Writes batches of one table, one after the other, as the archiver does; the same rows with the driver alone; and the same rows by the engine alone.
/// </summary>
internal sealed class InsertRate(ClickHouseHistory history, ClickHouseClient client, string database, HistoryTable table, IReadOnlyList<MarketDataEvent> market)
{
    private const int Batches = 8;

    // As the archiver ships; whole books are larger than anything else.
    private readonly int _rows = table == HistoryTable.BookSnapshots ? 5_000 : 50_000;
    private readonly string _name = HistoryTables.NameOf(table);

    /// <summary>Measures; a row of the table of results.</summary>
    public async Task<string> MeasureAsync()
    {
        var copies = new Copies(market);
        var batches = Enumerable.Range(0, Batches + 1).Select(batch => Enumerable.Range(0, _rows).Select(row => copies[((long)batch * _rows) + row]).ToList()).ToList();
        var own = await TimeAsync(batches, batch => history.WriteAsync(
            table, batch, (index, reason, _) => throw new InvalidOperationException($"Row {index}: {reason}"), CancellationToken.None));

        await client.ExecuteNonQueryAsync($"CREATE TABLE {database}.{_name}_bare AS {database}.{_name} ENGINE = Null");
        var (names, rows) = await ReadAsync();
        var bare = await TimeAsync([.. Enumerable.Repeat(rows, Batches + 1)], batch => client.InsertBinaryAsync(
            $"{database}.{_name}_bare", names, batch, new InsertOptions { BatchSize = batch.Count, MaxDegreeOfParallelism = 1 }));
        var engine = await EngineAsync();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| `{_name}` | {_rows:N0} | {own.PerSecond:N0} | {own.Allocated:N0} B | {bare.PerSecond:N0} | {bare.Allocated:N0} B | {engine:N0} | {engine / own.PerSecond:0.0} |");
    }

    // From its memory into the table and its views, in blocks as large as the batches: what no client can be faster than.
    private async Task<double> EngineAsync()
    {
        await client.ExecuteNonQueryAsync($"CREATE TABLE {database}.{_name}_memory AS {database}.{_name} ENGINE = Memory");
        await client.ExecuteNonQueryAsync($"INSERT INTO {database}.{_name}_memory SELECT * FROM {database}.{_name} LIMIT {Batches * _rows}");
        var clock = Stopwatch.StartNew();
        await client.ExecuteNonQueryAsync(
            $"INSERT INTO {database}.{_name} SELECT * FROM {database}.{_name}_memory "
            + $"SETTINGS min_insert_block_size_rows = {_rows}, max_block_size = {_rows}, max_insert_block_size = {_rows}, insert_deduplicate = 0");
        return Batches * _rows / clock.Elapsed.TotalSeconds;
    }

    private async Task<(string[] Names, List<object[]> Rows)> ReadAsync()
    {
        using var reader = await client.ExecuteReaderAsync($"SELECT * FROM {database}.{_name} LIMIT {_rows}");
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }
        return ([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], rows);
    }

    // The first batch only warms up.
    private async Task<(double PerSecond, double Allocated)> TimeAsync<T>(List<T> batches, Func<T, Task> write)
    {
        await write(batches[0]);
        var (allocated, clock) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.StartNew());
        foreach (var batch in batches.Skip(1)) await write(batch);
        var rows = (double)(batches.Count - 1) * _rows;
        return (rows / clock.Elapsed.TotalSeconds, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / rows);
    }
}
