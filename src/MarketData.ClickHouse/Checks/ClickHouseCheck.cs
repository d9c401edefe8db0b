using MarketData.Checks;
using MarketData.ClickHouse.Schema;
using MarketData.ClickHouse.Writing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.ClickHouse.Checks;

/// <summary>
/// Looks at ClickHouse and at the schema. Comes in: the options. Goes out: findings. Asks only. Owns: connections for the length of a call. Any
/// thread.
/// </summary>
public static class ClickHouseCheck
{
    /// <summary>The subject of what is found.</summary>
    public const string Subject = "clickhouse";

    private const string SchemaSubject = Subject + " schema";
    private const string Make = "marketdata init schema makes it, and so does the start of an archiver.";

    /// <summary>Looks.</summary>
    /// <param name="options">Where ClickHouse is; an answer may take as long as they say.</param>
    /// <param name="timeProvider">The clock of time-outs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public static async Task<IReadOnlyList<Finding>> RunAsync(ClickHouseOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var client = ClientFactory.Create(options);
        var statements = new Statements(client, options, timeProvider);
        var findings = new List<Finding>();
        try
        {
            var version = (await statements.ReadAsync("SELECT version()", 1, cancellationToken, "default")).Single()[0];
            findings.Add(new Finding(Subject, FindingState.Ok, $"ClickHouse {version} at {options.Url}"));
            findings.Add(await SchemaAsync(statements, options.Database, cancellationToken));
        }
        catch (Exception exception) when (Failure.Of(exception, options) is { Kind: not FailureKind.Other } failure)
        {
            findings.Add(new Finding(
                findings.Count == 0 ? Subject : SchemaSubject, FindingState.Fault, failure.Sentence,
                failure.Code == Failure.Denied ? "The user is clickhouse.username, its password CLICKHOUSE__PASSWORD."
                    : findings.Count == 0 ? "Check that ClickHouse runs and that clickhouse.url is its HTTP address." : ""));
        }

        return findings;
    }

    private static async Task<Finding> SchemaAsync(Statements statements, string database, CancellationToken cancellationToken)
    {
        // The name was checked to be an identifier. Asked from the database that every server has: this one need not exist yet.
        var names = await statements.ReadAsync($"SELECT name FROM system.tables WHERE database = '{database}'", 1, cancellationToken, "default");
        if (!names.Exists(row => row[0] == Migrator.Record))
            return new Finding(SchemaSubject, FindingState.Warning, $"the database {database} has no tables of ours yet", Make);
        var plan = await new Migrator(statements, database, Migration.All, NullLogger.Instance).PlanAsync(cancellationToken);
        if (plan.Faults.Count > 0)
            return new Finding(SchemaSubject, FindingState.Fault, $"the database {database} contradicts this version", string.Join(" ", plan.Faults));
        if (plan.Pending.Count > 0)
        {
            return new Finding(
                SchemaSubject, FindingState.Warning,
                $"{plan.Pending.Count} of {Migration.All.Count} migrations are missing in the database {database}: {string.Join(", ", plan.Pending.Select(one => one.Name))}",
                "marketdata init schema applies them, and so does the start of an archiver.");
        }

        var tables = await statements.ReadTablesAsync(database, cancellationToken);
        var drift = await SchemaDrift.FindAsync(statements, database, tables, cancellationToken);
        return drift.Count == 0
            ? new Finding(SchemaSubject, FindingState.Ok, $"all {Migration.All.Count} migrations are applied to the database {database}")
            : new Finding(
                SchemaSubject, FindingState.Fault, $"the database {database} was changed by somebody else: {string.Join(" ", drift).TrimEnd('.')}",
                "Put it back to what config/clickhouse says, or update this version.");
    }
}
