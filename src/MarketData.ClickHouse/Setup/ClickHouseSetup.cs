using ClickHouse.Driver;
using MarketData.ClickHouse.Schema;
using MarketData.ClickHouse.Writing;
using MarketData.Setup;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.ClickHouse.Setup;

/// <summary>
/// Brings the database to the schema of this version, as an archiver does at its start. How long tables keep their rows stays as it is: that is the
/// archiver's. Comes in: the options. Goes out: tables, and which migrations were missing. Owns: the connections. Any thread.
/// </summary>
public sealed class ClickHouseSetup : IDisposable
{
    private readonly ClickHouseOptions _options;
    private readonly ClickHouseClient _client;
    private readonly Statements _statements;
    private readonly Migrator _migrator;

    /// <summary>Creates it; nothing is sent before the first call.</summary>
    /// <param name="options">Where ClickHouse is.</param>
    /// <param name="timeProvider">The clock of time-outs.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public ClickHouseSetup(ClickHouseOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _client = ClientFactory.Create(options);
        _statements = new Statements(_client, options, timeProvider);
        _migrator = new Migrator(_statements, options.Database, Migration.All, NullLogger.Instance);
    }

    /// <summary>Makes what is missing, once.</summary>
    /// <param name="cancellationToken">Gives up; what was made stays.</param>
    public async Task<SetupResult> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var made = await _migrator.MigrateAsync(cancellationToken);
            var tables = await _statements.ReadTablesAsync(_options.Database, cancellationToken);
            if (await SchemaDrift.FindAsync(_statements, _options.Database, tables, cancellationToken) is { Count: > 0 } drift)
                return Not(SetupState.Refused, string.Join(" ", drift) + " Put the table back to what config/clickhouse says, or update this version.");
            return new SetupResult(SetupState.Done, "", [.. Migration.All.Select(one => new SetupItem(one.Name, made.Contains(one)))]);
        }
        catch (Exception exception) when (Failure.Of(exception, _options) is { Kind: not FailureKind.Other } failure)
        {
            return Not(failure is { Kind: FailureKind.Transient, Code: not Failure.Denied } ? SetupState.Away : SetupState.Refused, failure.Sentence);
        }
    }

    /// <summary>Closes the connections. No call may run.</summary>
    public void Dispose() => _client.Dispose();

    private static SetupResult Not(SetupState state, string reason) => new(state, reason, []);
}
