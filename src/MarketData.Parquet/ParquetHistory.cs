using DuckDB.NET.Data;
using MarketData.History;
using MarketData.History.Rows;
using MarketData.Parquet.Files;
using MarketData.Pipeline;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace MarketData.Parquet;

/// <summary>
/// The history as Parquet files. Comes in: batches of events, each for one table. Goes out: files that are there only when they are complete.
/// Owns: per table, what writes its files and a status. Any thread; files are written on the pool.
/// </summary>
public sealed class ParquetHistory : IHistoryStore
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger;
    private readonly HistoryDirectory _directory;
    private readonly TableFiles[] _files;
    private readonly SemaphoreSlim[] _turns;
    private readonly LaneStatus[] _statuses;
    private readonly ResiliencePipeline[] _attempts;

    /// <summary>Creates it; nothing is written before <see cref="StartAsync"/>.</summary>
    /// <param name="options">Where the files are.</param>
    /// <param name="logger">Takes changes of state.</param>
    /// <param name="timeProvider">The clock of pauses.</param>
    public ParquetHistory(ParquetOptions options, ILogger<ParquetHistory> logger, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        _logger = logger;
        _directory = new HistoryDirectory(options.Directory);
        _files = [.. HistoryLayout.All.Select(layout => new TableFiles(layout, _directory, options, logger, timeProvider))];
        _turns = [.. HistoryLayout.All.Select(_ => new SemaphoreSlim(1))];
        _statuses = [.. HistoryLayout.All.Select(_ => new LaneStatus(LaneState.Ready))];
        _attempts = [.. HistoryLayout.All.Select(layout => Attempts(layout.Table, timeProvider))];
    }

    /// <inheritdoc/>
    public string Name => "parquet";

    /// <summary>The status of the table that does worst: <c>parquet_unwritable</c> (degraded: rows are kept and tried again).</summary>
    public LaneStatus Status => _statuses.MaxBy(status => status.State)!;

    /// <summary>Makes the directory. One that cannot be written is a fault of the settings, not something to wait for.</summary>
    /// <param name="cancellationToken">Not used: it takes no time.</param>
    /// <exception cref="ConfigurationError">Files cannot be written there.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var trial = _directory.NewTemporary();
            File.WriteAllBytes(trial, []);
            File.Delete(trial);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationError([$"parquet:directory is {_directory.Root}, where nothing can be written: {exception.Message}"]);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<int> WriteAsync(
        HistoryTable table, IReadOnlyList<MarketDataEvent> events, RejectHistoryEvent reject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(reject);
        if (events.FirstOrDefault(item => HistoryTables.Of(item) != table) is { } foreign)
            throw new ArgumentException($"The table {HistoryTables.NameOf(table)} takes no {foreign.GetType().Name} like that of {foreign.Key}.", nameof(events));
        await _turns[(int)table].WaitAsync(cancellationToken);
        try
        {
            var (rows, indexes) = (new List<object[]>(events.Count), new List<int>(events.Count));
            var builder = new HistoryRowBuilder(HistoryLayout.All[(int)table]);
            for (var i = 0; i < events.Count; i++)
            {
                if (builder.Build(events[i], out var fault) is { } row)
                {
                    rows.Add(row);
                    indexes.Add(i);
                    continue;
                }
                await reject(i, fault!, cancellationToken);
            }
            var refused = rows.Count == 0 ? 0 : await StoreAsync(table, rows, indexes, reject, cancellationToken);
            return events.Count - rows.Count + refused;
        }
        finally
        {
            _turns[(int)table].Release();
        }
    }

    /// <summary>Ends the writing. No write may run.</summary>
    public void Dispose()
    {
        foreach (var files in _files) files.Dispose();
        foreach (var turn in _turns) turn.Dispose();
        try
        {
            Directory.Delete(_directory.Temporary, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Worth nothing, and in nobody's way.
        }
    }

    // Returns how many were refused. Halves go in order, so that refused ones come in the order of the batch.
    private async Task<int> StoreAsync(
        HistoryTable table, List<object[]> rows, List<int> indexes, RejectHistoryEvent reject, CancellationToken cancellationToken)
    {
        try
        {
            await _attempts[(int)table].ExecuteAsync(
                async attempt => await Task.Run(() => _files[(int)table].Write(rows), attempt), cancellationToken);
            Back(table);
            return 0;
        }
        catch (DuckDBException refusal) when (!IsOfTheDisk(refusal))
        {
            Back(table);
            if (rows.Count == 1)
            {
                await reject(indexes[0], $"parquet_refuses: {refusal.Message}", cancellationToken);
                return 1;
            }
            ParquetLog.Split(_logger, HistoryTables.NameOf(table), rows.Count, refusal.Message);
            var half = rows.Count / 2;
            return await StoreAsync(table, rows[..half], indexes[..half], reject, cancellationToken)
                + await StoreAsync(table, rows[half..], indexes[half..], reject, cancellationToken);
        }
    }

    private ResiliencePipeline Attempts(HistoryTable table, TimeProvider timeProvider) =>
        new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } exception && IsOfTheDisk(exception)),
                OnRetry = attempt =>
                {
                    Away(table, attempt.Outcome.Exception!);
                    return default;
                },
            })
            .Build();

    // A disk that is full or away, a directory that somebody took: the rows are not to blame.
    private static bool IsOfTheDisk(Exception exception) => exception is IOException or UnauthorizedAccessException
        || (exception is DuckDBException duck && duck.Message is var message
            && (message.StartsWith("IO Error", StringComparison.Ordinal) || message.StartsWith("Permission Error", StringComparison.Ordinal)
                || message.StartsWith("Out of Memory Error", StringComparison.Ordinal)));

    private void Away(HistoryTable table, Exception exception)
    {
        if (_statuses[(int)table].State == LaneState.Ready)
            ParquetLog.Away(_logger, _directory.Root, exception.Message);
        Volatile.Write(ref _statuses[(int)table], new LaneStatus(LaneState.Degraded, $"parquet_unwritable: {exception.Message}"));
    }

    private void Back(HistoryTable table)
    {
        if (_statuses[(int)table].State == LaneState.Ready)
            return;
        Volatile.Write(ref _statuses[(int)table], new LaneStatus(LaneState.Ready));
        ParquetLog.Back(_logger, _directory.Root, HistoryTables.NameOf(table));
    }
}
