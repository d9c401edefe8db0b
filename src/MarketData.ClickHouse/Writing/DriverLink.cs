using ClickHouse.Driver;
using MarketData.ClickHouse.Rows;
using MarketData.ClickHouse.Schema;
using MarketData.History;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse.Writing;

/// <summary>The way over ClickHouse.Driver.</summary>
internal sealed class DriverLink : IHistoryLink
{
    private readonly ClickHouseOptions _options;
    private readonly ClickHouseClient _client;
    private readonly Statements _statements;
    private readonly Migrator _migrator;
    private readonly Retention? _retention;

    // As they were at the start. Replaced as a whole: inserts of several tables read it.
    private volatile IReadOnlyDictionary<string, string> _feeds = new Dictionary<string, string>();

    public DriverLink(ClickHouseOptions options, IReadOnlyList<Migration> migrations, ILogger logger, TimeProvider timeProvider, bool leavesRetention = false)
    {
        _options = options;
        _client = ClientFactory.Create(options);
        _statements = new Statements(_client, options, timeProvider);
        _migrator = new Migrator(_statements, options.Database, migrations, logger);
        _retention = leavesRetention ? null : new Retention(_statements, options, logger);
    }

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _migrator.MigrateAsync(cancellationToken);
        var tables = await _statements.ReadTablesAsync(_options.Database, cancellationToken);
        var faults = await SchemaDrift.FindAsync(_statements, _options.Database, tables, cancellationToken);
        if (faults.Count > 0) throw Drift(string.Join(" ", faults));
        _feeds = HistoryTables.All.SelectMany(DerivedTables.FeedsOf).ToDictionary(feed => feed, feed => tables[feed].Definition, StringComparer.Ordinal);
        if (_retention is not null) await _retention.ApplyAsync(tables, cancellationToken);
    }

    public async Task LookAsync(TableLayout layout, CancellationToken cancellationToken)
    {
        // The binary format carries no types: into a column that was changed, rows would go as other values. And by a feed that is gone they would
        // pass without a word. Hence the look before each.
        var (columns, feeds) = await _statements.ReadShapeAsync(
            _options.Database, layout.Name, DerivedTables.FeedsOf(layout.Rows.Table), cancellationToken);
        if ((layout.Drift(columns) ?? DerivedTables.FeedDrift(layout.Rows.Table, _feeds, feeds)) is { } drift) throw Drift(drift);
    }

    public async Task InsertAsync(TableLayout layout, IReadOnlyList<object[]> rows, string token, CancellationToken cancellationToken) =>
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
                CustomSettings = new Dictionary<string, object>(Statements.Durable)
                {
                    ["insert_deduplicate"] = 1,
                    ["insert_deduplication_token"] = token,
                    // A batch that was long in Kafka may hold more days than the server's default of 100 allows.
                    ["max_partitions_per_insert_block"] = 0,
                    // What is derived from the rows is part of the insert: it fails when that fails, and its repetition reaches what is
                    // derived although the table has the rows already.
                    ["materialized_views_ignore_errors"] = 0,
                    ["deduplicate_blocks_in_dependent_materialized_views"] = 1,
                },
            },
            cancellationToken);

    public void Dispose() => _client.Dispose();

    private static SchemaException Drift(string sentences) =>
        new(sentences + " Put it back to what config/clickhouse says, or update this service.");
}
