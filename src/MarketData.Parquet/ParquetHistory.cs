using DuckDB.NET.Data;
using DuckDB.NET.Native;
using MarketData.History;
using MarketData.History.Rows;
using MarketData.Parquet.Files;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace MarketData.Parquet;

/// <summary>
/// The history as Parquet files. Comes in: batches of records, each for one table. Goes out: files that are there only when they are complete.
/// Owns: per table, what writes its files and a status. Any thread; files are written on the pool.
/// </summary>
public sealed class ParquetHistory : IHistoryStore
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>A write that is not through by then is left to the end of the process; its file is not complete, or its offset not committed.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger;
    private readonly HistoryDirectory _directory;
    private readonly TableFiles[] _files;
    private readonly SemaphoreSlim[] _turns;
    private readonly LaneStatus[] _statuses;
    private readonly TimeProvider _timeProvider;
    private volatile LaneStatus? _starting = new(LaneState.Starting, "parquet_starting: The directory has not been looked at yet.");

    /// <summary>Creates it; nothing is written before <see cref="StartAsync"/>.</summary>
    /// <param name="options">Where the files are.</param>
    /// <param name="logger">Takes changes of state.</param>
    /// <param name="timeProvider">The clock of pauses.</param>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    public ParquetHistory(ParquetOptions options, ILogger<ParquetHistory> logger, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_logger, _timeProvider) = (logger, timeProvider);
        _directory = new HistoryDirectory(options.Directory);
        _files = [.. HistoryLayout.All.Select(layout => new TableFiles(layout, _directory, logger))];
        _turns = [.. HistoryLayout.All.Select(_ => new SemaphoreSlim(1))];
        _statuses = [.. HistoryLayout.All.Select(_ => new LaneStatus(LaneState.Ready))];
    }

    /// <inheritdoc/>
    public string Name => "parquet";

    /// <summary>The status of the table that does worst: <c>parquet_unwritable</c> (degraded: rows are kept and tried again).</summary>
    public LaneStatus Status => _starting ?? HistoryTables.All.Select(table => Volatile.Read(ref _statuses[(int)table])).MaxBy(status => status.State)!;

    /// <summary>Makes the directory. Waits while its disk is full or away.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ConfigurationError">It can never be written: it is a file, or nobody allows it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Attempts(exception => _starting = Away(_starting, "Nothing is stored before it can be.", exception)).ExecuteAsync(
                _ =>
                {
                    _directory.Prepare(_timeProvider.GetUtcNow(), _logger);
                    return default;
                },
                cancellationToken);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ConfigurationError(
                [$"parquet:directory is {_directory.Root}, where this process may not write: {exception.Message} Allow it, or choose another one."]);
        }
        catch (IOException exception)
        {
            throw new ConfigurationError([$"parquet:directory is {_directory.Root}, which is a file: {exception.Message} Choose another one."]);
        }
        if (_starting is { State: LaneState.Degraded })
            ParquetLog.Back(_logger, _directory.Root, "files");
        _starting = null;
    }

    /// <inheritdoc/>
    public async Task<int> WriteAsync(
        HistoryTable table, IReadOnlyList<IHistoryRecord> records, RejectHistoryEvent reject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(reject);
        HistoryBatch.Check(table, records);
        await _turns[(int)table].WaitAsync(cancellationToken);
        try
        {
            var (rows, indexes) = await HistoryBatch.BuildAsync(
                HistoryLayout.All[(int)table], records, item => HistoryDirectory.FaultOf(item.Exchange), reject, cancellationToken);
            var refused = rows.Count == 0 ? 0 : await StoreAsync(table, rows, indexes, reject, cancellationToken);
            return records.Count - rows.Count + refused;
        }
        finally
        {
            _turns[(int)table].Release();
        }
    }

    /// <summary>Ends the writing. No write may begin any more; one that runs is waited for a while.</summary>
    public void Dispose()
    {
        var begin = _timeProvider.GetTimestamp();
        foreach (var table in HistoryTables.All)
        {
            // What is in use cannot be closed under it.
            var patience = LastPatience - _timeProvider.GetElapsedTime(begin);
            if (!_turns[(int)table].Wait(patience > TimeSpan.Zero ? patience : TimeSpan.Zero))
                continue;
            _files[(int)table].Dispose();
            _turns[(int)table].Dispose();
        }
    }

    // Returns how many were refused. Halves go in order, so that refused ones come in the order of the batch.
    private async Task<int> StoreAsync(
        HistoryTable table, List<object[]> rows, List<int> indexes, RejectHistoryEvent reject, CancellationToken cancellationToken)
    {
        var parts = _files[(int)table].Divide(rows);
        try
        {
            // Not interrupted once it runs: two must never write with one DuckDB.
            await Attempts(exception => Away(table, rows.Count, exception)).ExecuteAsync(
                async attempt => await Task.Run(() => _files[(int)table].Write(parts), attempt), cancellationToken);
            Back(table);
            return 0;
        }
        catch (DuckDBException refusal) when (IsOfARow(refusal))
        {
            Back(table);
            var stored = parts.Where(part => part.IsStored).SelectMany(part => part.Rows).ToHashSet<object>(ReferenceEqualityComparer.Instance);
            var left = Enumerable.Range(0, rows.Count).Where(place => !stored.Contains(rows[place])).ToList();
            if (left is [var only])
            {
                await reject(indexes[only], $"parquet_refuses: {refusal.Message}", cancellationToken);
                return 1;
            }
            ParquetLog.Split(_logger, HistoryTables.NameOf(table), left.Count, refusal.Message);
            return await StoreHalfAsync(left[..(left.Count / 2)]) + await StoreHalfAsync(left[(left.Count / 2)..]);
        }

        Task<int> StoreHalfAsync(List<int> places) => StoreAsync(
            table, [.. places.Select(place => rows[place])], [.. places.Select(place => indexes[place])], reject, cancellationToken);
    }

    // Tried again without end: a disk that is full or away, a DuckDB that broke. Only at the start is a fault of the settings taken for one.
    private ResiliencePipeline Attempts(Action<Exception> away) => new ResiliencePipelineBuilder { TimeProvider = _timeProvider }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception switch
            {
                DuckDBException duck => !IsOfARow(duck),
                UnauthorizedAccessException => _starting is null,
                IOException => _starting is null || !_directory.IsFile,
                _ => false,
            }),
            OnRetry = attempt =>
            {
                away(attempt.Outcome.Exception!);
                return default;
            },
        })
        .Build();

    // A value that DuckDB cannot convert; everything else is not the rows' fault.
    private static bool IsOfARow(DuckDBException exception) =>
        exception.ErrorType is DuckDBErrorType.Conversion or DuckDBErrorType.OutOfRange or DuckDBErrorType.InvalidInput;

    private void Away(HistoryTable table, int rows, Exception exception)
    {
        var status = Away(
            Volatile.Read(ref _statuses[(int)table]), $"{rows} rows of {HistoryTables.NameOf(table)} are kept and tried again.", exception);
        Volatile.Write(ref _statuses[(int)table], status);
    }

    private LaneStatus Away(LaneStatus? before, string consequence, Exception exception)
    {
        var reason = $"parquet_unwritable: Nothing can be written to {_directory.Root}: {exception.Message} {consequence}";
        if (before is not { State: LaneState.Degraded })
            ParquetLog.Away(_logger, reason);
        return new LaneStatus(LaneState.Degraded, reason);
    }

    private void Back(HistoryTable table)
    {
        if (Volatile.Read(ref _statuses[(int)table]).State == LaneState.Ready)
            return;
        Volatile.Write(ref _statuses[(int)table], new LaneStatus(LaneState.Ready));
        ParquetLog.Back(_logger, _directory.Root, "rows of " + HistoryTables.NameOf(table));
    }
}
