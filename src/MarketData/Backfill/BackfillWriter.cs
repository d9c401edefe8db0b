using MarketData.History;
using MarketData.Pipeline;

namespace MarketData.Backfill;

/// <summary>
/// Gathers rows of one table, so that they are written in large batches. Comes in: rows. Goes out: batches to the history. Owns: the batch that
/// forms. One call at a time.
/// </summary>
internal sealed class BackfillWriter(IHistoryStore store, HistoryTable table, IBackfillProgress progress, TimeProvider time)
{
    // A batch is one insert, or one file for each day: few large ones. Fetched again when the process is killed before it is full.
    private const int BatchRows = 20_000;

    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(5);

    // Who stops wants to see the end: a store that is away by then does not get the last batch.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3);

    private List<IHistoryRecord> _rows = [];

    /// <summary>Rows that are stored.</summary>
    public long Stored { get; private set; }

    /// <summary>What the history will never hold, and why.</summary>
    public List<(IHistoryRecord Row, string Reason)> Refused { get; } = [];

    /// <summary>Takes a row; writes when there are enough.</summary>
    /// <exception cref="SinkError">The history takes no rows, and will not.</exception>
    public Task AddAsync(IHistoryRecord row, CancellationToken cancellationToken)
    {
        _rows.Add(row);
        return _rows.Count >= BatchRows ? FlushAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>
    /// Writes what there is. Waits while the store is away. When it is cancelled, or was before, the write has still some seconds: what was fetched
    /// is stored if it can be.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled, and the rows are not known to be stored.</exception>
    /// <exception cref="SinkError">The history takes no rows, and will not.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_rows.Count == 0)
            return;
        var rows = _rows;
        _rows = [];
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stop = cancellationToken.Register(() => end.CancelAfter(LastPatience));
        var refused = await SayWhatTakesLongAsync(store.WriteAsync(table, rows, RefuseAsync, end.Token));
        Stored += rows.Count - refused;
        progress.Stored(rows.Count - refused);

        Task RefuseAsync(int index, string reason, CancellationToken token)
        {
            Refused.Add((rows[index], reason));
            return Task.CompletedTask;
        }
    }

    private async Task<int> SayWhatTakesLongAsync(Task<int> writing)
    {
        using var written = new CancellationTokenSource();
        while (await Task.WhenAny(writing, Task.Delay(SayEvery, time, written.Token)) != writing)
        {
            if (store.Status is { State: LaneState.Degraded } status)
                progress.Say(status.Reason);
        }
        await written.CancelAsync();
        return await writing;
    }
}
