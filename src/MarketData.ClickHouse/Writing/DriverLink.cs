using ClickHouse.Driver;
using MarketData.ClickHouse.Rows;

namespace MarketData.ClickHouse.Writing;

/// <summary>The way over ClickHouse.Driver.</summary>
internal sealed class DriverLink(ClickHouseOptions options) : IHistoryLink
{
    private readonly ClickHouseClient _client = ClientFactory.Create(options);

    public async Task InsertAsync(TableLayout layout, IReadOnlyList<object[]> rows, string token, CancellationToken cancellationToken)
    {
        // The binary format carries no types: into a column that was changed, rows would go as other values. Hence the look before each.
        if (layout.Drift(await ReadColumnsAsync(layout.Name, cancellationToken)) is { } drift)
            throw new SchemaDriftException(drift + " Run the migrations of this version, or update this service.");
        await _client.InsertBinaryAsync(
            layout.Name,
            layout.Names,
            rows,
            new InsertOptions
            {
                // One request, hence one block, which is stored whole or not at all (per partition).
                BatchSize = rows.Count,
                MaxDegreeOfParallelism = 1,
                ColumnTypes = layout.WireTypes,
                CustomSettings = new Dictionary<string, object> { ["insert_deduplication_token"] = token },
            },
            cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private async Task<Dictionary<string, string>> ReadColumnsAsync(string table, CancellationToken cancellationToken)
    {
        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var reader = await _client.ExecuteReaderAsync(
            $"SELECT name, type FROM system.columns WHERE database = '{options.Database}' AND table = '{table}'",
            cancellationToken: cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            columns.Add(reader.GetString(0), reader.GetString(1));
        return columns;
    }
}
