using MarketData.ClickHouse.Rows;
using MarketData.History;
using MarketData.History.Rows;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse.Writing;

/// <summary>
/// Writes to one table. Comes in: batches, one at a time. Goes out: inserts, repeated until ClickHouse takes them; records that it never will
/// go to the reject callback. Owns: the table's circuit breaker and status. One call at a time runs, others wait.
/// </summary>
internal sealed class TableWriter : IDisposable
{
    private readonly TableLayout _layout;
    private readonly IHistoryLink _link;
    private readonly ILogger _logger;
    private readonly Attempts _attempts;
    private readonly int _mostOfSize;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile LaneStatus _status = new(LaneState.Ready);
    private int _rowsInFlight;

    public TableWriter(
        TableLayout layout, IHistoryLink link, ClickHouseOptions options, ILogger logger, TimeProvider timeProvider, Func<double> jitter)
    {
        (_layout, _link, _logger, _mostOfSize) = (layout, link, logger, options.CircuitThreshold);
        _attempts = new Attempts(options, options.InsertTimeout, timeProvider, jitter, Away);
    }

    /// <summary>The status now; any thread.</summary>
    public LaneStatus Status => _status;

    /// <summary>Whether the table's circuit is open; any thread.</summary>
    public bool IsCircuitOpen => _attempts.IsCircuitOpen;

    /// <summary>Writes a batch; returns how many records were rejected, when all others are inserted.</summary>
    public async Task<int> WriteAsync(IReadOnlyList<IHistoryRecord> records, RejectHistoryEvent reject, CancellationToken cancellationToken)
    {
        HistoryBatch.Check(_layout.Rows.Table, records);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var (rows, indexes) = await HistoryBatch.BuildAsync(_layout.Rows, records, _ => null, reject, cancellationToken);
            var refused = rows.Count == 0 ? 0 : await InsertAsync(0, rows.Count);
            return records.Count - rows.Count + refused;

            // Returns how many were refused. Halves go in order, so that refused ones come in the order of the batch.
            async Task<int> InsertAsync(int start, int count)
            {
                if (await TryInsertAsync(rows.GetRange(start, count), cancellationToken) is not { } refusal)
                    return 0;
                if (count == 1)
                {
                    await reject(indexes[start], $"{refusal.Code}: {refusal.Sentence}", cancellationToken);
                    return 1;
                }
                ClickHouseLog.Split(_logger, _layout.Name, count, refusal.Sentence);
                var half = count / 2;
                return await InsertAsync(start, half) + await InsertAsync(start + half, count - half);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // Null when the rows are in; the failure when one of them cannot be taken, or all of them are too much at once, as it seems. A batch that needs more
    // time or memory than there is would else be repeated for ever.
    private async Task<Failure?> TryInsertAsync(List<object[]> rows, CancellationToken cancellationToken)
    {
        _rowsInFlight = rows.Count;
        // Every attempt at these rows bears one name, so that ClickHouse stores them once. The name says nothing of their place in Kafka: a
        // topic that was made anew counts from 0 again, and its rows must not be taken for those of the old one.
        var token = Guid.NewGuid().ToString("N");
        var (ofSize, isSent) = (0, false);
        try
        {
            await _attempts.RunAsync(
                async attempt =>
                {
                    // A server that does not answer a question either has no trouble with the size of what it was not sent.
                    isSent = false;
                    await _link.LookAsync(_layout, attempt);
                    isSent = true;
                    await _link.InsertAsync(_layout, rows, token, attempt);
                },
                cancellationToken,
                failure => isSent && failure.MayBeOfSize && ++ofSize >= _mostOfSize && rows.Count > 1);
        }
        catch (Exception exception) when (ofSize >= _mostOfSize && rows.Count > 1 && _attempts.Judge(exception) is { MayBeOfSize: true } tooMuch)
        {
            Away(tooMuch);
            return tooMuch;
        }
        catch (Exception exception) when (_attempts.Judge(exception) is { Kind: FailureKind.Row } refusal)
        {
            // ClickHouse answers: it only does not want this.
            Back();
            return refusal;
        }
        catch (Exception exception) when (_attempts.Judge(exception) is { Kind: FailureKind.Drift } drift)
        {
            _status = new LaneStatus(LaneState.Failed, $"{drift.Code}: {drift.Sentence}");
            throw new SinkError("clickhouse", _status.Reason, exception);
        }
        Back();
        return null;
    }

    private void Away(Failure failure)
    {
        var reason = $"{failure.Code}: {failure.Sentence} {_rowsInFlight} rows of {_layout.Name} are kept and tried again.";
        if (_status.State != LaneState.Degraded) ClickHouseLog.Away(_logger, reason);
        _status = new LaneStatus(LaneState.Degraded, reason);
    }

    private void Back()
    {
        if (_status.State == LaneState.Ready) return;
        _status = new LaneStatus(LaneState.Ready);
        ClickHouseLog.Back(_logger, _layout.Name);
    }
}
