using MarketData.ClickHouse.Rows;
using MarketData.ClickHouse.Schema;
using MarketData.ClickHouse.Writing;
using MarketData.History;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse;

/// <summary>
/// The history in ClickHouse. Comes in: batches of records, each for one table. Goes out: binary inserts, one in flight per table. Owns: the
/// connections and, per table, a circuit breaker and a status. Any thread.
/// </summary>
public sealed class ClickHouseHistory : IHistoryStore
{
    private readonly IHistoryLink _link;
    private readonly TableWriter[] _tables;
    private readonly Attempts _start;
    private volatile LaneStatus? _starting = new(LaneState.Starting, "clickhouse_starting: The tables have not been looked at yet.");

    /// <summary>Creates it; nothing is sent before <see cref="StartAsync"/>.</summary>
    /// <param name="options">Where ClickHouse is.</param>
    /// <param name="logger">Takes changes of state.</param>
    /// <param name="timeProvider">The clock of pauses and time-outs.</param>
    /// <param name="leavesRetention">
    /// Whether the start leaves it alone how long each table keeps its rows; else it makes that what <see cref="ClickHouseOptions.Ttl"/> says.
    /// </param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public ClickHouseHistory(ClickHouseOptions options, ILogger<ClickHouseHistory> logger, TimeProvider timeProvider, bool leavesRetention = false)
        : this(new DriverLink(options, Migration.All, logger, timeProvider, leavesRetention), options, logger, timeProvider, Random.Shared.NextDouble)
    {
    }

    internal ClickHouseHistory(
        IHistoryLink link, ClickHouseOptions options, ILogger logger, TimeProvider timeProvider, Func<double> jitter)
    {
        _link = link;
        _start = new Attempts(options, timeout: null, timeProvider, jitter, failure =>
        {
            var reason = $"{failure.Code}: {failure.Sentence} Nothing is stored before the tables were looked at.";
            if (_starting?.State == LaneState.Starting) ClickHouseLog.AwayAtStart(logger, reason);
            _starting = new LaneStatus(LaneState.Degraded, reason);
        });
        _tables = [.. TableLayout.All.Select(layout => new TableWriter(layout, link, options, logger, timeProvider, jitter))];
    }

    /// <inheritdoc/>
    public string Name => "clickhouse";

    /// <summary>
    /// The status of the table that does worst, with its reason: <c>clickhouse_unreachable</c>, <c>clickhouse_timeout</c>,
    /// <c>clickhouse_too_many_parts</c>, <c>clickhouse_out_of_memory</c>, <c>clickhouse_refuses</c> (degraded: rows are kept and tried
    /// again), <c>clickhouse_schema</c> (failed).
    /// </summary>
    public LaneStatus Status => _starting ?? _tables.Select(table => table.Status).MaxBy(status => status.State)!;

    /// <summary>Tables whose circuit is open: ClickHouse failed so often in a row that they ask it only now and then.</summary>
    public int OpenCircuits => _tables.Count(table => table.IsCircuitOpen) + (_start.IsCircuitOpen ? 1 : 0);

    /// <summary>The status of one table.</summary>
    /// <param name="table">The table.</param>
    public LaneStatus StatusOf(HistoryTable table) => _tables[(int)table].Status;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _start.RunAsync(async attempt => await _link.PrepareAsync(attempt), cancellationToken);
            _starting = null;
        }
        catch (Exception exception) when (_start.Judge(exception) is { Kind: FailureKind.Drift } drift)
        {
            _starting = new LaneStatus(LaneState.Failed, $"{drift.Code}: {drift.Sentence}");
            throw new SinkError(Name, _starting.Reason, exception);
        }
    }

    /// <inheritdoc/>
    public Task<int> WriteAsync(
        HistoryTable table, IReadOnlyList<IHistoryRecord> records, RejectHistoryEvent reject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(reject);
        return _tables[(int)table].WriteAsync(records, reject, cancellationToken);
    }

    /// <summary>Closes the connections. No write may run.</summary>
    public void Dispose()
    {
        foreach (var table in _tables) table.Dispose();
        _link.Dispose();
    }
}
