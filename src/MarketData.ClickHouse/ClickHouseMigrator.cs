using ClickHouse.Driver;
using MarketData.ClickHouse.Schema;
using MarketData.ClickHouse.Writing;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse;

/// <summary>
/// Brings the database to the schema that this version of the code knows. Comes in: the files of <c>config/clickhouse</c>, which travel in
/// the assembly. Goes out: the tables, and a row per applied file in <c>schema_migrations</c>. Several may run at once: every statement is
/// idempotent, and equal records collapse. Owns the client; any thread, one call at a time.
/// </summary>
public sealed class ClickHouseMigrator : IDisposable
{
    private const string Record = "schema_migrations";

    private static readonly Dictionary<string, string> _recordColumns =
        new() { ["number"] = "UInt32", ["name"] = "String", ["checksum"] = "String" };

    private readonly ClickHouseOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly IReadOnlyList<Migration> _known;
    private readonly ClickHouseClient _client;

    /// <summary>Creates the migrator; nothing is sent yet.</summary>
    /// <param name="options">Where ClickHouse is.</param>
    /// <param name="logger">Takes a line per applied file.</param>
    /// <param name="timeProvider">The clock of the time-outs.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public ClickHouseMigrator(ClickHouseOptions options, ILogger<ClickHouseMigrator> logger, TimeProvider timeProvider)
        : this(options, logger, timeProvider, Migration.All)
    {
    }

    internal ClickHouseMigrator(ClickHouseOptions options, ILogger logger, TimeProvider timeProvider, IReadOnlyList<Migration> known)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _logger, _timeProvider, _known) = (options, logger, timeProvider, known);
        _client = ClientFactory.Create(options);
    }

    /// <summary>Applies what is missing, in order.</summary>
    /// <param name="cancellationToken">Ends it between or within statements; what was applied stays, and the next run goes on.</param>
    /// <returns>The names of the files that were applied now.</returns>
    /// <exception cref="SinkError">
    /// A past migration was changed or is missing, or the database is newer than the code (<c>clickhouse_schema</c>, each file named, nothing
    /// was changed); ClickHouse does not answer or refused (its reason code).
    /// </exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync($"CREATE DATABASE IF NOT EXISTS {_options.Database}", "default", cancellationToken);
            // Ordered by everything: what two versions say of one number stays beside each other and is seen.
            await RunAsync(
                $"CREATE TABLE IF NOT EXISTS {Record} (number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') "
                + "DEFAULT now64(3)) ENGINE = ReplacingMergeTree ORDER BY (number, name, checksum)",
                _options.Database,
                cancellationToken);
            var plan = MigrationPlan.Make(_known, await ReadAsync(cancellationToken));
            if (plan.Faults.Count > 0)
            {
                throw new SinkError("clickhouse",
                    $"clickhouse_schema: The schema of the database {_options.Database} contradicts this version: {string.Join(" ", plan.Faults)}");
            }
            foreach (var migration in plan.Pending)
                await ApplyAsync(migration, cancellationToken);
            return [.. plan.Pending.Select(migration => migration.Name)];
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not SinkError)
        {
            var failure = Failure.Of(exception, _options);
            throw new SinkError("clickhouse", $"{failure.Code}: {failure.Sentence}", exception);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private async Task ApplyAsync(Migration migration, CancellationToken cancellationToken)
    {
        foreach (var statement in migration.Statements)
            await RunAsync(statement, _options.Database, cancellationToken);
        using var deadline = new Deadline(_options.OperationTimeout, _timeProvider, cancellationToken);
        await _client.InsertBinaryAsync(
            Record,
            _recordColumns.Keys,
            [[(uint)migration.Number, migration.Name, migration.Checksum]],
            new InsertOptions { ColumnTypes = _recordColumns },
            deadline.Token);
        ClickHouseLog.MigrationApplied(_logger, migration.Name, _options.Database);
    }

    private async Task<List<AppliedMigration>> ReadAsync(CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(_options.OperationTimeout, _timeProvider, cancellationToken);
        var applied = new List<AppliedMigration>();
        await using var reader = await _client.ExecuteReaderAsync(
            $"SELECT DISTINCT number, name, checksum FROM {Record} ORDER BY number", cancellationToken: deadline.Token);
        while (await reader.ReadAsync(deadline.Token))
            applied.Add(new AppliedMigration((int)reader.GetFieldValue<uint>(0), reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private async Task RunAsync(string statement, string database, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(_options.OperationTimeout, _timeProvider, cancellationToken);
        await _client.ExecuteNonQueryAsync(statement, options: new QueryOptions { Database = database }, cancellationToken: deadline.Token);
    }
}
