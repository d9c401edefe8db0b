using MarketData.ClickHouse.Rows;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MarketData.ClickHouse.Writing;

/// <summary>
/// Writes to one table. Comes in: batches, one at a time. Goes out: inserts, repeated until ClickHouse takes them; rows that it never will
/// go to the reject callback. Owns the table's circuit breaker and status. One call at a time runs, others wait.
/// </summary>
internal sealed class TableWriter : IDisposable
{
    private readonly TableLayout _layout;
    private readonly IHistoryLink _link;
    private readonly ClickHouseOptions _options;
    private readonly Func<RejectedEvent, CancellationToken, ValueTask> _reject;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile LaneStatus _status = new(LaneState.Ready);
    private int _rowsInFlight;

    public TableWriter(
        TableLayout layout,
        IHistoryLink link,
        ClickHouseOptions options,
        Func<RejectedEvent, CancellationToken, ValueTask> reject,
        ILogger logger,
        TimeProvider timeProvider)
    {
        (_layout, _link, _options, _reject, _logger) = (layout, link, options, reject, logger);
        _pipeline = BuildPipeline(timeProvider);
    }

    /// <summary>The status now; any thread.</summary>
    public LaneStatus Status => _status;

    /// <summary>Writes a batch; returns when every event is inserted or rejected.</summary>
    public async Task<WriteResult> WriteAsync(IReadOnlyList<MarketDataEvent> events, CancellationToken cancellationToken)
    {
        if (events.FirstOrDefault(item => !_layout.Takes(item)) is { } foreign)
            throw new ArgumentException($"The table {_layout.Name} takes no {foreign.GetType().Name} like that of {foreign.Key}.", nameof(events));
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var (rows, indexes) = (new List<object[]>(events.Count), new List<int>(events.Count));
            var builder = new RowBuilder(_layout.Columns);
            var rejected = 0;
            for (var i = 0; i < events.Count; i++)
            {
                builder.Begin();
                _layout.Fill(builder, events[i]);
                if (builder.End(out var fault) is { } row)
                {
                    rows.Add(row);
                    indexes.Add(i);
                    continue;
                }
                rejected++;
                await _reject(new RejectedEvent(_layout.Table, i, events[i], fault!), cancellationToken);
            }
            var refused = rows.Count == 0 ? 0 : await InsertAsync(0, rows.Count);
            return new WriteResult(rows.Count - refused, rejected + refused);

            // Returns how many were refused. Halves go in order, so that rejections come in the order of the batch.
            async Task<int> InsertAsync(int start, int count)
            {
                if (await TryInsertAsync(rows.GetRange(start, count), cancellationToken) is not { } refusal)
                    return 0;
                if (count == 1)
                {
                    var rejectedEvent = new RejectedEvent(_layout.Table, indexes[start], events[indexes[start]], $"{refusal.Code}: {refusal.Sentence}");
                    await _reject(rejectedEvent, cancellationToken);
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

    // Null when the rows are in, the failure when one of them cannot be taken.
    private async Task<Failure?> TryInsertAsync(List<object[]> rows, CancellationToken cancellationToken)
    {
        _rowsInFlight = rows.Count;
        var token = Guid.NewGuid().ToString("N");
        try
        {
            await _pipeline.ExecuteAsync(
                async attempt => await _link.InsertAsync(_layout, rows, token, attempt), cancellationToken);
        }
        catch (Exception exception) when (Judge(exception) is { Kind: FailureKind.Row } refusal)
        {
            // ClickHouse answers: it only does not want this.
            Back();
            return refusal;
        }
        catch (Exception exception) when (Judge(exception) is { Kind: FailureKind.Drift } drift)
        {
            var reason = $"{drift.Code}: {drift.Sentence}";
            if (_status.State != LaneState.Failed) ClickHouseLog.Drift(_logger, _layout.Name, reason);
            _status = new LaneStatus(LaneState.Failed, reason);
            throw new SinkError("clickhouse", reason, exception);
        }
        Back();
        return null;
    }

    private ResiliencePipeline BuildPipeline(TimeProvider timeProvider)
    {
        var transient = new PredicateBuilder().Handle<Exception>(exception => Judge(exception).Kind == FailureKind.Transient);
        return new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = transient,
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _options.FirstBackoff,
                MaxDelay = _options.MaximumBackoff,
                OnRetry = retry =>
                {
                    Away(retry.Outcome.Exception!);
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = transient,
                FailureRatio = 1,
                MinimumThroughput = _options.FailuresToBreak,
                SamplingDuration = (_options.OperationTimeout + _options.MaximumBackoff) * _options.FailuresToBreak,
                BreakDuration = _options.BreakDuration,
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = _options.OperationTimeout })
            .Build();
    }

    private Failure Judge(Exception exception) => Failure.Of(exception, _options);

    private void Away(Exception exception)
    {
        // An open circuit says nothing new: the reason stays that of the attempt that opened it.
        if (exception is BrokenCircuitException) return;
        var failure = Judge(exception);
        var reason = $"{failure.Code}: {failure.Sentence} {_rowsInFlight} rows of {_layout.Name} are kept.";
        if (_status.State != LaneState.Degraded) ClickHouseLog.Away(_logger, _layout.Name, reason, _rowsInFlight);
        _status = new LaneStatus(LaneState.Degraded, reason);
    }

    private void Back()
    {
        if (_status.State == LaneState.Ready) return;
        _status = new LaneStatus(LaneState.Ready);
        ClickHouseLog.Back(_logger, _layout.Name);
    }
}
