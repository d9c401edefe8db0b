using System.Diagnostics.Metrics;

using MarketData.Exchanges;
using MarketData.Pipeline;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MarketData.Collectors;

/// <summary>
/// One collector. Comes in: an exchange and the operator's symbols. Goes out: events on every lane. Owns: the order of starting and
/// stopping (lanes, then intake; intake, then lanes, then the share). Runs on: one task, which reads the exchange and publishes, beside the
/// <see cref="SymbolFollower"/>, which says what is read; a lossless lane that stays full makes that task wait, and so stops the intake.
/// </summary>
public sealed class Collector(
    CollectorOptions options,
    ExchangeFactory exchanges,
    EventPipeline pipeline,
    CollectorMonitor monitor,
    FollowerServices following,
    IConfiguration configuration,
    TimeProvider timeProvider,
    IMeterFactory meters,
    ILogger<Collector> logger)
{
    // The process is ended at the configured deadline: connections must be closed and the last words said before it.
    private static readonly TimeSpan ClosingMargin = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan LeastDrain = TimeSpan.FromSeconds(1);

    // The last checkpoints and the release of the share are on their way to a broker meanwhile; without them others wait for a lease.
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(3);

    private readonly TimeSpan _drainTimeout = DrainTimeoutOf(configuration);
    private long _stoppedAt;
    private volatile IExchange? _exchange;
    private volatile SymbolFollower? _follower;
    private volatile CollectorPhase _phase = CollectorPhase.Starting;
    private readonly TaskCompletionSource _streaming = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The collector's name.</summary>
    public string Name => options.Name;

    /// <summary>The kinds of data that it collects.</summary>
    public DataKind Kinds => options.Kinds;

    /// <summary>Where the collector is in its life.</summary>
    public CollectorPhase Phase => _phase;

    /// <summary>What the collector last saw.</summary>
    public CollectorMonitor Monitor => monitor;

    /// <summary>The way to the sinks.</summary>
    public EventPipeline Pipeline => pipeline;

    /// <summary>What the exchange says of itself.</summary>
    public ExchangeStatus ExchangeStatus => _exchange?.Status ?? new ExchangeStatus();

    /// <summary>How many instruments are collected.</summary>
    public int Instruments => _follower?.Instruments ?? 0;

    /// <summary>How many of the partitions by which the instruments are dealt out this replica has; zeros while that is not known.</summary>
    public (int Owned, int All) Partitions => _follower?.Partitions ?? default;

    /// <summary>Keys of the instruments that are asked for and another replica owns; any thread.</summary>
    public IReadOnlySet<string> Elsewhere => _follower?.Elsewhere ?? FollowerStatus.Starting.Elsewhere;

    /// <summary>Whether an operator has paused it.</summary>
    internal bool IsPaused => _follower?.IsPaused == true;

    /// <summary>What an operator can tell the collector while it runs; null before it does.</summary>
    internal (IExchange Exchange, SymbolFollower Follower)? Running =>
        _phase == CollectorPhase.Running && _exchange is { } exchange && _follower is { } follower ? (exchange, follower) : null;

    /// <summary>Reason codes of what keeps the collector from collecting what it should.</summary>
    internal IReadOnlyList<string> FollowerReasons => _follower?.Reasons ?? FollowerStatus.Starting.Reasons;

    /// <summary>Reason codes of what somebody should look at, while everything works.</summary>
    internal IReadOnlyList<string> FollowerWarnings => _follower?.Warnings ?? [];

    /// <summary>Completes when the first subscriptions are on their way; fails when the collector could not start.</summary>
    public Task Streaming => _streaming.Task;

    /// <summary>Runs until stopped; returns after the lanes are drained.</summary>
    /// <param name="stop">Stops the intake; draining follows, within <c>[shutdown] timeout_seconds</c>.</param>
    /// <returns>Whether nothing was left behind, lost or on disk; what was refused for good before is not.</returns>
    /// <exception cref="ConfigurationError">The symbols or the exchange's section cannot be used.</exception>
    /// <exception cref="ExchangeError">The exchange refused.</exception>
    /// <exception cref="SinkError">A sink refused in a way that waiting does not cure.</exception>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        try
        {
            var provider = exchanges.Find(configuration);
            var faults = new List<string>();
            await using var exchange = provider.Create(configuration, faults);
            var symbols = provider.ReadSymbols(configuration, faults);
            if (faults.Count > 0)
                throw new ConfigurationError(faults);
            _exchange = exchange;
            var metrics = new CollectorMetrics(meters, this, timeProvider);

            await pipeline.StartAsync(stop);
            var follower = new SymbolFollower(
                exchange, options, following, FollowerOptions.Read(configuration), pipeline, monitor, timeProvider, logger);
            _follower = follower;
            await follower.StartAsync(symbols, $"exchanges:{exchange.Name}:symbols", stop);
            await CollectAsync(exchange, follower, metrics, stop);
            return await DrainAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before the first event, or the deadline passed while a full lane held events back: those are lost, and said to be.
            var givenUp = _phase == CollectorPhase.Running;
            if (givenUp)
                logger.CollectorGaveUp(Name, _drainTimeout);
            _streaming.TrySetCanceled(stop);
            return await DrainAsync() && !givenUp;
        }
        catch (Exception exception)
        {
            // What was published before the fault still belongs to the sinks.
            await pipeline.DrainAsync(_drainTimeout, CancellationToken.None);
            await LeaveAsync();
            _phase = CollectorPhase.Failed;
            _streaming.TrySetException(exception);
            throw;
        }
        finally
        {
            if (following.Ownership is { } ownership)
                await ownership.DisposeAsync();
            if (following.Symbols is { } source)
                await source.DisposeAsync();
            await pipeline.DisposeAsync();
        }
    }

    // The stream and what says what is streamed: whichever ends first, the other one is stopped, and both are awaited.
    private async Task CollectAsync(IExchange exchange, SymbolFollower follower, CollectorMetrics metrics, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pump = PumpAsync(exchange, metrics, over.Token);
        var follow = FollowAsync(follower, over.Token);
        await Task.WhenAny(pump, follow);

        // At a stop the pump runs on until everything that was received is published; only a follower that failed ends it.
        if (pump.IsCompleted || follow.IsFaulted)
            await over.CancelAsync();
        await Task.WhenAll(pump, follow);
    }

    private async Task FollowAsync(SymbolFollower follower, CancellationToken stop)
    {
        var follow = follower.RunAsync(stop);
        await Task.WhenAny(follower.Applied, follow);
        if (follower.Applied.IsCompletedSuccessfully)
            _streaming.TrySetResult();
        await follow;
    }

    private async Task PumpAsync(IExchange exchange, CollectorMetrics metrics, CancellationToken stop)
    {
        // After the stop signal, what is already here still gets room on the lanes, but not for ever.
        using var giveUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        await using var onStop = stop.Register(() =>
        {
            monitor.Stopping();
            Interlocked.Exchange(ref _stoppedAt, timeProvider.GetTimestamp());
            giveUp.CancelAfter(_drainTimeout);
        });
        _phase = CollectorPhase.Running;
        await foreach (var marketEvent in exchange.StreamAsync(options.Kinds, stop))
        {
            monitor.Observe(marketEvent);
            metrics.Observe(marketEvent);
            await pipeline.PublishAsync(marketEvent, giveUp.Token);
        }
    }

    // After the last event was acknowledged, so that another replica goes on behind it at once.
    private async Task LeaveAsync()
    {
        if (following.Ownership is not { } ownership)
            return;
        using var deadline = new CancellationTokenSource(LeaveTimeout, timeProvider);
        try
        {
            await ownership.LeaveAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // The group notices by itself, later.
        }
    }

    private static TimeSpan DrainTimeoutOf(IConfiguration configuration)
    {
        var whole = configuration.GetValue("shutdown:timeout", TimeSpan.FromSeconds(30));
        return whole - ClosingMargin > LeastDrain ? whole - ClosingMargin : LeastDrain;
    }

    private async Task<bool> DrainAsync()
    {
        _phase = CollectorPhase.Draining;
        // One deadline from the stop on: what the pump has used of it is gone.
        var used = _stoppedAt == 0 ? TimeSpan.Zero : timeProvider.GetElapsedTime(_stoppedAt);
        var left = _drainTimeout - used;
        var complete = await pipeline.DrainAsync(left > LeastDrain ? left : LeastDrain);
        await LeaveAsync();
        _phase = CollectorPhase.Stopped;
        var lanes = pipeline.Lanes.Select(lane => lane.Counters).ToList();
        logger.CollectorStopped(
            Name, monitor.Events, lanes.Sum(lane => lane.Rejected - lane.Lost), lanes.Sum(lane => lane.Lost), lanes.Sum(lane => lane.Spilled));
        return complete;
    }
}
