using MarketData.Pipeline;

namespace MarketData.History;

/// <summary>
/// Where the history is kept. Comes in: batches, each for one table. Goes out: stored rows, each record once to a query, however often it is
/// written. Safe from any thread; one batch per table is written at a time, others wait.
/// </summary>
public interface IHistoryStore : IDisposable
{
    /// <summary>The store's name as shown to people: <c>clickhouse</c>.</summary>
    string Name { get; }

    /// <summary>How the store does, and why: that of the table that does worst.</summary>
    LaneStatus Status { get; }

    /// <summary>Brings the tables to what this version writes, and checks them. Waits while the store is away.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="SinkError">The tables contradict this version; every contradiction is named.</exception>
    /// <exception cref="ConfigurationError">The settings have faults; all are listed.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes a batch. Returns when every record of it is stored or was handed to <paramref name="reject"/>; while the store is away it keeps
    /// the batch and tries again.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="records">Records that all belong to the table. Not changed meanwhile.</param>
    /// <param name="reject">Called in the order of the batch; what it throws, this throws.</param>
    /// <param name="cancellationToken">Gives up; which records are stored is not known then, and writing them again does no harm.</param>
    /// <returns>How many of the records were rejected; the others are stored.</returns>
    /// <exception cref="ArgumentException">A record belongs to another table; nothing was written.</exception>
    /// <exception cref="SinkError">Table and code do not fit. Repeating does not help.</exception>
    Task<int> WriteAsync(
        HistoryTable table, IReadOnlyList<IHistoryRecord> records, RejectHistoryEvent reject, CancellationToken cancellationToken);
}
