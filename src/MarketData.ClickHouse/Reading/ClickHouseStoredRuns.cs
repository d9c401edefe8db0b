using ClickHouse.Driver;
using MarketData.ClickHouse.Schema;
using MarketData.ClickHouse.Writing;
using MarketData.History;
using MarketData.History.Rows;
using static MarketData.ClickHouse.Reading.Sql;

namespace MarketData.ClickHouse.Reading;

/// <summary>
/// What the history in ClickHouse has already. Comes in: questions. Goes out: runs of numbers, which ClickHouse puts together, so that a million
/// rows are one line. Owns: the connections. Any thread; a question fails after <see cref="ClickHouseOptions.InsertTimeout"/>, and nothing is
/// repeated. Needs the right to read the tables, and what the server says of them, no other.
/// </summary>
public sealed class ClickHouseStoredRuns : IStoredRuns, IDisposable
{
    private readonly ClickHouseOptions _options;
    private readonly ClickHouseClient _client;
    private readonly Statements _statements;

    /// <summary>Creates it; nothing is sent before the first question.</summary>
    /// <param name="options">Where ClickHouse is.</param>
    /// <param name="timeProvider">The clock of time-outs.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public ClickHouseStoredRuns(ClickHouseOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _client = ClientFactory.Create(options);
        _statements = new Statements(_client, options, timeProvider);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NumberRange>> ReadTradesAsync(
        Instrument instrument, NumberRange sequences, NumberRange times, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        return ReadAsync(
            $"SELECT DISTINCT trade_seq AS n FROM {HistoryTables.NameOf(HistoryTable.Trades)} WHERE {Whose(instrument)} "
            + $"AND trade_seq BETWEEN {Number(sequences.From)} AND {Number(sequences.To)} AND {Within(times)}",
            step: 1,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NumberRange>> ReadTimesAsync(
        HistoryTable table, Instrument instrument, TimeSpan step, NumberRange times, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        var resolution = HistoryLayout.All[(int)table].HasResolutions ? $" AND {HistoryLayout.Resolution} = {Number(step.Ticks / TimeSpan.TicksPerSecond)}" : "";
        return ReadAsync(
            $"SELECT DISTINCT toUnixTimestamp64Milli(timestamp) AS n FROM {HistoryTables.NameOf(table)} WHERE {Whose(instrument)}{resolution} AND {Within(times)}",
            step.Ticks / TimeSpan.TicksPerMillisecond,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int?> ReadKeptDaysAsync(HistoryTable table, CancellationToken cancellationToken) => Asking.RunAsync(
        async () => (await _statements.ReadTablesAsync(_options.Database, cancellationToken)).GetValueOrDefault(HistoryTables.NameOf(table)) is { } stored
            ? Retention.DaysOf(stored.Ttl) : null,
        _options);

    /// <summary>Closes the connections. No question may run.</summary>
    public void Dispose() => _client.Dispose();

    // Numbers that follow each other have the same distance from their place in the order.
    private Task<IReadOnlyList<NumberRange>> ReadAsync(string numbers, long step, CancellationToken cancellationToken) =>
        Asking.RunAsync<IReadOnlyList<NumberRange>>(
            async () =>
            {
                var rows = await _statements.ReadAsync(
                    $"SELECT min(n), max(n) FROM (SELECT n, n - {Number(step)} * toInt64(row_number() OVER (ORDER BY n)) AS run FROM ({numbers})) "
                    + "GROUP BY run ORDER BY min(n)",
                    2,
                    cancellationToken);
                return rows.ConvertAll(row => new NumberRange(BookRows.Whole(row[0]), BookRows.Whole(row[1])));
            },
            _options);

    private static string Within(NumberRange times) => $"timestamp BETWEEN {Millis(times.From)} AND {Millis(times.To)}";
}
