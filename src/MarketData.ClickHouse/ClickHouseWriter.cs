using MarketData.ClickHouse.Rows;
using MarketData.ClickHouse.Writing;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse;

/// <summary>
/// Writes events to the history. Comes in: batches, each for one table. Goes out: binary inserts, one in flight per table. A batch is kept
/// and repeated until ClickHouse has taken it, however long that takes; repeated rows collapse, so that a query sees each event once. Owns
/// the connections; any thread.
/// </summary>
public sealed class ClickHouseWriter : IDisposable
{
    private readonly IHistoryLink _link;
    private readonly IReadOnlyList<TableWriter> _tables;

    /// <summary>Creates the writer; nothing is sent yet. Run <see cref="ClickHouseMigrator"/> before the first batch.</summary>
    /// <param name="options">Where ClickHouse is.</param>
    /// <param name="reject">
    /// Takes each event that will never be in the history, in order, before the batch's write returns; what it throws, the write throws.
    /// </param>
    /// <param name="logger">Takes changes of state.</param>
    /// <param name="timeProvider">The clock of pauses and time-outs.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public ClickHouseWriter(
        ClickHouseOptions options,
        Func<RejectedEvent, CancellationToken, ValueTask> reject,
        ILogger<ClickHouseWriter> logger,
        TimeProvider timeProvider)
        : this(new DriverLink(options), options, reject, logger, timeProvider)
    {
    }

    internal ClickHouseWriter(
        IHistoryLink link,
        ClickHouseOptions options,
        Func<RejectedEvent, CancellationToken, ValueTask> reject,
        ILogger logger,
        TimeProvider timeProvider)
    {
        _link = link;
        _tables = [.. TableLayout.All.Select(layout => new TableWriter(layout, link, options, reject, logger, timeProvider))];
    }

    /// <summary>
    /// The status of the table that does worst, with its reason: <c>clickhouse_unreachable</c>, <c>clickhouse_timeout</c>,
    /// <c>clickhouse_too_many_parts</c>, <c>clickhouse_out_of_memory</c>, <c>clickhouse_refuses</c> (degraded: rows are kept and tried
    /// again), <c>clickhouse_schema_drift</c> (failed).
    /// </summary>
    public LaneStatus Status => _tables.Select(table => table.Status).MaxBy(status => status.State)!;

    /// <summary>The table that an event belongs to.</summary>
    /// <param name="marketEvent">The event.</param>
    /// <exception cref="ArgumentException">The history has no table for such an event.</exception>
    public static HistoryTable TableOf(MarketDataEvent marketEvent)
    {
        ArgumentNullException.ThrowIfNull(marketEvent);
        return TableLayout.All.FirstOrDefault(layout => layout.Takes(marketEvent))?.Table
            ?? throw new ArgumentException($"The history has no table for {marketEvent.GetType().Name}.", nameof(marketEvent));
    }

    /// <summary>The status of one table.</summary>
    /// <param name="table">The table.</param>
    public LaneStatus StatusOf(HistoryTable table) => _tables[(int)table].Status;

    /// <summary>
    /// Writes a batch. Returns when every event of it was acknowledged or handed to the reject callback; waits while ClickHouse is away.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="events">Events that all belong to the table; 10,000 and more make good use of ClickHouse. Not changed meanwhile.</param>
    /// <param name="cancellationToken">Gives up; which events are stored is not known then, and writing them again does no harm.</param>
    /// <exception cref="ArgumentException">An event belongs to another table; nothing was written.</exception>
    /// <exception cref="SinkError">Table and code do not fit (<c>clickhouse_schema_drift</c>). A later call tries anew, once.</exception>
    public Task<WriteResult> WriteAsync(HistoryTable table, IReadOnlyList<MarketDataEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        return _tables[(int)table].WriteAsync(events, cancellationToken);
    }

    /// <summary>Closes the connections. No write may run.</summary>
    public void Dispose()
    {
        foreach (var table in _tables) table.Dispose();
        _link.Dispose();
    }
}
