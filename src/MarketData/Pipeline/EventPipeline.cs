using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace MarketData.Pipeline;

/// <summary>
/// The fan-out from a collector to its sinks. Comes in: events, from one collector task. Goes out: each event to every lane, in order.
/// Owns: the lanes and their faults. Runs on: the caller's task; the lanes send on tasks of their own.
/// <para>
/// A lane that refuses an event does not stop the others; one that has failed for good ends the publishing. A lossless lane that is full holds <see cref="PublishAsync"/> back, and so the intake,
/// but only after every other lane has had the event.
/// </para>
/// </summary>
public sealed class EventPipeline : IAsyncDisposable
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    // A full lane that moves on sooner only slows the intake down; from here on it stands still, and every lane is told.
    private static readonly TimeSpan HoldGrace = TimeSpan.FromSeconds(1);

    private readonly Member[] _members;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<EventPipeline> _logger;

    /// <summary>Creates the pipeline; it takes over the lanes and disposes them.</summary>
    /// <param name="lanes">The lanes, in the order in which they get each event.</param>
    /// <param name="timeProvider">The clock for deadlines.</param>
    /// <param name="logger">Gets the lanes' faults.</param>
    public EventPipeline(IEnumerable<ILane> lanes, TimeProvider timeProvider, ILogger<EventPipeline> logger)
    {
        _members = [.. lanes.Select(lane => new Member(lane))];
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>The lanes, in their order.</summary>
    public IReadOnlyList<ILane> Lanes => [.. _members.Select(member => member.Lane)];

    /// <summary>How every lane does, in their order; safe from any thread.</summary>
    public IReadOnlyList<LaneReport> Report() => [.. _members.Select(member => member.Report())];

    /// <summary>Starts every lane, even when one of them fails.</summary>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="SinkError">The first of the refusals by a sink; each was logged, and the other lanes run.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? first = null;
        foreach (var member in _members)
        {
            try
            {
                await member.Lane.StartAsync(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                _logger.LaneDidNotStart(member.Lane.Name, exception);
                first ??= ExceptionDispatchInfo.Capture(exception);
            }
        }
        first?.Throw();
    }

    /// <summary>Hands one event to every lane. Completes at once unless a lossless lane is full. One call at a time.</summary>
    /// <param name="marketEvent">The event.</param>
    /// <param name="cancellationToken">Gives up waiting for a full lane; that lane counts the event as rejected.</param>
    /// <exception cref="SinkError">A lane has failed for good; see its status.</exception>
    /// <exception cref="OperationCanceledException">A lane was full and the wait for it was given up.</exception>
    public ValueTask PublishAsync(MarketDataEvent marketEvent, CancellationToken cancellationToken)
    {
        List<(Member Member, Task Task)>? waiting = null;
        foreach (var member in _members)
        {
            try
            {
                var publish = member.Lane.PublishAsync(marketEvent, cancellationToken);
                if (publish.IsCompletedSuccessfully)
                    member.Failing = false;
                else
                    (waiting ??= []).Add((member, publish.AsTask()));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                OnFault(member, marketEvent, exception);
            }
        }
        return waiting is null ? ValueTask.CompletedTask : new ValueTask(WaitAsync(waiting, marketEvent, cancellationToken));
    }

    /// <summary>Waits until everything that was published before the call has its outcome on every lane; publishing may go on.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_members.Select(member => member.Lane.FlushAsync(cancellationToken)));

    /// <summary>After the last publish: drains every lane at the same time.</summary>
    /// <param name="deadline">How long the lanes may take; what is left then and not on disk is lost, which is counted and logged.</param>
    /// <param name="cancellationToken">Ends the drain before its deadline.</param>
    /// <returns>Whether no lane left anything behind; what was refused for good is not.</returns>
    public async Task<bool> DrainAsync(TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        using var timeout = new CancellationTokenSource(deadline, _timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var complete = await Task.WhenAll(_members.Select(member => DrainAsync(member.Lane, end.Token)));
        return complete.All(lane => lane);
    }

    /// <summary>Disposes every lane.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
            await member.Lane.DisposeAsync();
    }

    private async Task WaitAsync(List<(Member Member, Task Task)> waiting, MarketDataEvent marketEvent, CancellationToken cancellationToken)
    {
        var givenUp = false;
        await TellHeldAsync(Task.WhenAll(waiting.Select(one => one.Task)));
        foreach (var (member, task) in waiting)
        {
            try
            {
                await task;
                member.Failing = false;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Every lane is awaited before the caller hears of it.
                givenUp = true;
            }
            catch (Exception exception)
            {
                OnFault(member, marketEvent, exception);
            }
        }
        if (givenUp)
            throw new OperationCanceledException(cancellationToken);
    }

    // The tasks' own ends are looked at by the caller.
    private async Task TellHeldAsync(Task room)
    {
        await room.WaitAsync(HoldGrace, _timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (room.IsCompleted)
            return;
        foreach (var member in _members)
            member.Lane.OnIntakeHeld(true);
        await room.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var member in _members)
            member.Lane.OnIntakeHeld(false);
    }

    private async Task<bool> DrainAsync(ILane lane, CancellationToken cancellationToken)
    {
        var complete = false;
        try
        {
            complete = await lane.DrainAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            _logger.LaneDrainFailed(lane.Name, exception);
        }
        var counters = lane.Counters;
        _logger.LaneDrained(
            lane.Name, complete, counters.In, counters.Acknowledged, counters.Conflated, counters.Spilled, counters.Rejected,
            counters.Lost);
        return complete;
    }

    private void OnFault(Member member, MarketDataEvent marketEvent, Exception exception)
    {
        member.Failing = true;

        // A lane that has given up for good takes nothing any more: going on would drop everything, so the collector ends instead.
        if (exception is SinkError && member.Lane.Status.State == LaneState.Failed)
            ExceptionDispatchInfo.Throw(exception);
        var faults = Interlocked.Increment(ref member.Faults);
        var now = _timeProvider.GetTimestamp();
        if (faults > 1 && _timeProvider.GetElapsedTime(member.LastLogTimestamp, now) < LogInterval)
            return;
        member.LastLogTimestamp = now;
        _logger.LaneRefusedEvent(member.Lane.Name, marketEvent.Key, faults, exception);
    }

    /// <summary>A lane and what the pipeline knows of it; written by the publishing task.</summary>
    private sealed class Member(ILane lane)
    {
        public long Faults;
        public long LastLogTimestamp;
        private volatile bool _failing;

        public ILane Lane { get; } = lane;

        public bool Failing
        {
            get => _failing;
            set => _failing = value;
        }

        public LaneReport Report()
        {
            var (status, faults) = (Lane.Status, Interlocked.Read(ref Faults));
            if (Failing && status.State == LaneState.Ready)
            {
                var reason = $"lane_fault: The lane refused the latest event; {faults} refused so far. See the log.";
                status = new LaneStatus(LaneState.Degraded, reason);
            }
            return new LaneReport(Lane.Name, status, Lane.Counters, faults);
        }
    }
}
