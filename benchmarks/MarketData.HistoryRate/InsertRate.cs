using System.Diagnostics;
using System.Globalization;
using ClickHouse.Driver;
using MarketData.ClickHouse;
using MarketData.History;

namespace MarketData.HistoryRate;

/// <summary>Writes batches of one table, one after the other, as the archiver does, and the same rows with the driver alone.</summary>
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
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| `{_name}` | {_rows:N0} | {own.PerSecond:N0} | {own.Allocated:N0} B | {bare.PerSecond:N0} | {bare.Allocated:N0} B | {bare.PerSecond / own.PerSecond:0.0} |");
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
