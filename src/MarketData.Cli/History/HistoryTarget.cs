using MarketData.ClickHouse;
using MarketData.ClickHouse.Reading;
using MarketData.History;
using MarketData.Parquet;
using MarketData.Parquet.Query;
using MarketData.Pipeline;

namespace MarketData.Cli.History;

/// <summary>
/// A history that is to be written. Comes in: where it is. Goes out: a store that is ready, and what it has already. Owns: both.
/// </summary>
internal sealed class HistoryTarget : IDisposable
{
    // The start waits while the store is away; a person does not.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private HistoryTarget(IHistoryStore store, IStoredRuns runs) => (Store, Runs) = (store, runs);

    public IHistoryStore Store { get; }

    public IStoredRuns Runs { get; }

    /// <summary>Opens it, and makes its tables or its directory. How long tables keep their rows stays as it is: that is the archiver's.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="warn">Is told what goes wrong and is tried again, as a full sentence.</param>
    /// <param name="clock">The clock of pauses and time-outs.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ConfigurationError">The configuration has faults.</exception>
    /// <exception cref="SinkError">The store is away, or is not what this version writes.</exception>
    public static async Task<HistoryTarget> OpenAsync(HistoryPlace place, Action<string> warn, TimeProvider clock, CancellationToken stop)
    {
        var target = Create(place, warn, clock);
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            await target.Store.StartAsync(either.Token);
            return target;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            var reason = target.Store.Status is { State: not LaneState.Ready, Reason: { Length: > 0 } why } ? why : "It did not answer.";
            target.Dispose();
            throw new SinkError(target.Store.Name, $"The history in {place.Shown} was not ready within {Patience.TotalSeconds:0} s. {reason}");
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Store.Dispose();
        (Runs as IDisposable)?.Dispose();
    }

    private static HistoryTarget Create(HistoryPlace place, Action<string> warn, TimeProvider clock) => place.Directory is { } directory
        ? new HistoryTarget(
            new ParquetHistory(new ParquetOptions { Directory = directory }, new SentenceLogger<ParquetHistory>(warn), clock),
            new ParquetStoredRuns(directory))
        : new HistoryTarget(
            new ClickHouseHistory(place.ClickHouse!, new SentenceLogger<ClickHouseHistory>(warn), clock, leavesRetention: true),
            new ClickHouseStoredRuns(place.ClickHouse!, clock));
}
