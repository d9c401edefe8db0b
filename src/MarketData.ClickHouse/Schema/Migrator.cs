using System.Globalization;
using MarketData.ClickHouse.Writing;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse.Schema;

/// <summary>
/// Brings the database to the schema that this version of the code knows. Comes in: the files of <c>config/clickhouse</c>, which travel in
/// the assembly. Goes out: the tables, and a row per applied file in <c>schema_migrations</c>. No lock: several may run at once and one may
/// die in the middle, because every statement is idempotent and equal records collapse.
/// </summary>
internal sealed class Migrator(Statements statements, string database, IReadOnlyList<Migration> known, ILogger logger)
{
    /// <summary>The table that remembers what was applied.</summary>
    public const string Record = "schema_migrations";

    private static readonly string[] _columns = ["number", "name", "checksum"];

    private static readonly Dictionary<string, string> _types =
        new() { ["number"] = "UInt32", ["name"] = "String", ["checksum"] = "String" };

    /// <summary>Applies what is missing, in order.</summary>
    /// <param name="cancellationToken">Ends it between or within statements; what was applied stays, and the next run goes on.</param>
    /// <exception cref="SchemaException">
    /// A past migration was changed or is missing, or the database is newer than the code: each file is named, and nothing was changed.
    /// </exception>
    /// <returns>What was missing.</returns>
    public async Task<IReadOnlyList<Migration>> MigrateAsync(CancellationToken cancellationToken)
    {
        await statements.RunAsync($"CREATE DATABASE IF NOT EXISTS {database}", "default", cancellationToken);
        // Ordered by everything: what two versions say of one number stays beside each other and is seen.
        await statements.RunAsync(
            $"CREATE TABLE IF NOT EXISTS {Record} (number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') "
            + "DEFAULT now64(3)) ENGINE = ReplacingMergeTree ORDER BY (number, name, checksum)",
            database,
            cancellationToken);
        var plan = await PlanAsync(cancellationToken);
        if (plan.Faults.Count > 0)
            throw new SchemaException($"The schema of the database {database} contradicts this version: {string.Join(" ", plan.Faults)}");
        foreach (var migration in plan.Pending)
            await ApplyAsync(migration, cancellationToken);
        return plan.Pending;
    }

    /// <summary>What is left to do, and what contradicts it; changes nothing. The record must exist.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<MigrationPlan> PlanAsync(CancellationToken cancellationToken) => MigrationPlan.Make(known, await ReadAsync(cancellationToken));

    private async Task ApplyAsync(Migration migration, CancellationToken cancellationToken)
    {
        foreach (var statement in migration.Statements)
            await statements.RunAsync(statement, database, cancellationToken);
        object[] row = [(uint)migration.Number, migration.Name, migration.Checksum];
        await statements.InsertAsync(Record, _columns, _types, row, cancellationToken);
        ClickHouseLog.MigrationApplied(logger, migration.Name, database);
    }

    private async Task<List<AppliedMigration>> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = await statements.ReadAsync($"SELECT DISTINCT number, name, checksum FROM {database}.{Record} ORDER BY number", 3, cancellationToken);
        return rows.ConvertAll(row => new AppliedMigration(int.Parse(row[0], CultureInfo.InvariantCulture), row[1], row[2]));
    }
}
