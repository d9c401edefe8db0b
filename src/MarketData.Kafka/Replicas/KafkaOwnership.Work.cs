using System.Collections.Immutable;
using MarketData.Exchanges;

namespace MarketData.Kafka.Replicas;

/// <content>Works off what the group says: one task, one thing at a time.</content>
internal sealed partial class KafkaOwnership
{
    /// <summary>How long the handler may take to publish what it collected of partitions that go to others.</summary>
    private static readonly TimeSpan HandOverDeadline = TimeSpan.FromSeconds(10);

    /// <summary>How long the release of a claim may take to reach a broker.</summary>
    private static readonly TimeSpan ReleaseDeadline = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BusyTick = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<int> _assigned = [];
    private readonly HashSet<int> _taken = [];
    private readonly List<Task> _late = [];
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _rebalances;
    private volatile bool _everAssigned;

    private async Task WorkAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                while (_events.Reader.TryRead(out var groupEvent))
                    await ApplyAsync(groupEvent);
                if (_leaving)
                    await ReleaseAllAsync();
                await DropTakenAsync();
                if (!_leaving)
                    await GrantAsync();
            }
            catch (Exception exception) when (!_end.IsCancellationRequested)
            {
                _logger.ShareWorkFailed(_collector, exception);
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
            await WaitAsync();
        }
    }

    private async Task WaitAsync()
    {
        using var tick = new CancellationTokenSource(_share.In(Standing.Pending, Standing.Resuming).Any() ? BusyTick : Tick, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, _end.Token);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look again.
        }
    }

    private async Task ApplyAsync(GroupEvent groupEvent)
    {
        try
        {
            switch (groupEvent.Kind)
            {
                case GroupEventKind.Assigned:
                    Assigned(groupEvent);
                    break;
                case GroupEventKind.Revoked:
                    await RevokedAsync(groupEvent.Partitions);
                    break;
                default:
                    Lost();
                    break;
            }
        }
        finally
        {
            groupEvent.Done?.Set();
        }
    }

    private void Assigned(GroupEvent groupEvent)
    {
        Interlocked.Increment(ref _rebalances);
        if (!_everAssigned)
            _joinedAt = _timeProvider.GetTimestamp();
        _everAssigned = true;
        _assigned.UnionWith(groupEvent.Partitions);
        // Claims that were written up to now must be known before anything is taken over.
        _sync = null;
        lock (_gate)
        {
            if (_share.Parts.Length == 0)
                Put(new Share([.. Enumerable.Repeat(default(Part), groupEvent.Count)]));
            // What is not among the assigned need not be another's: after a broker's restart the group still counts the member that this
            // process was before, and gives it a share until its session ends. Only a claim of another tells.
            Put(_share
                .With(_share.In(Standing.Unknown, Standing.Foreign).Where(_assigned.Contains), part => part with { Standing = Standing.Pending })
                .With(_share.In(Standing.Suspended).Where(_assigned.Contains), part => part with { Standing = Standing.Resuming }));
        }
    }

    private async Task RevokedAsync(IReadOnlyList<int> partitions)
    {
        Interlocked.Increment(ref _rebalances);
        _assigned.ExceptWith(partitions);
        List<int> held, doubtful;
        lock (_gate)
        {
            held = [.. _share.In(Standing.Owned).Where(partitions.Contains)];
            doubtful = [.. _share.In(Standing.Suspended, Standing.Resuming).Where(partitions.Contains)];
            if (held.Count > 0)
                _leavingCovered = _covered.Tellable;
            Put(_share
                .With(partitions.Except(held), ToForeign)
                .With(held, part => part with { Standing = Standing.Leaving }));
        }
        await ForgetGrantsAsync(partitions);
        if (!_leaving)
            await DropAsync(doubtful);
        if (held.Count > 0)
            await HandOverAsync(held);
    }

    private void Lost()
    {
        Interlocked.Increment(ref _rebalances);
        _assigned.Clear();
        _grants.Clear();
        _lease.End();
        lock (_gate)
        {
            Put(_share
                .With(_share.In(Standing.Pending), part => part with { Standing = Standing.Unknown })
                .With(_share.In(Standing.Owned, Standing.Resuming), part => part with { Standing = Standing.Suspended }));
        }
        if (!_leaving)
            _logger.MembershipLost(_collector);
    }

    private async Task HandOverAsync(List<int> partitions)
    {
        // Before: what was received but not handed over when the collection ended is dropped.
        var taken = Tellable(_handler!.TakenUntil);
        var parts = _share.Parts;
        var complete = await LetGoAsync();
        lock (_gate)
            Put(_share.With(partitions.Where(partition => _share.Parts[partition].Standing is Standing.Leaving), ToForeign));
        _logger.ShareRevoked(_collector, string.Join(", ", partitions), complete);
        // Without a release the next owner waits until this claim has run out: what is still on its way may arrive until then.
        if (complete)
            await ReleaseAsync(partitions, parts, taken);
    }

    private IntakeMark? Tellable(IntakeMark? mark) => mark is { HasOpenBeginning: false } ? mark : _covered.Tellable;

    /// <summary>Lets the handler end what is not this replica's any more.</summary>
    /// <returns>Whether everything of it was published in time.</returns>
    private async Task<bool> LetGoAsync()
    {
        using var deadline = new CancellationTokenSource(HandOverDeadline, _timeProvider);
        var letGo = _handler!.OnRevokedAsync(Owns, deadline.Token);
        try
        {
            await letGo.WaitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            _late.RemoveAll(task => task.IsCompleted);
            if (!letGo.IsCompleted)
                _late.Add(QuietAsync(letGo));
            return false;
        }
        catch (Exception exception)
        {
            _logger.ShareWorkFailed(_collector, exception);
            return false;
        }
    }

    private async Task QuietAsync(Task late)
    {
        try
        {
            await late;
        }
        catch (Exception exception)
        {
            // While it leaves, the lane may have ended before: what it could not settle it has said itself.
            if (exception is not OperationCanceledException && !_leaving)
                _logger.ShareWorkFailed(_collector, exception);
        }
    }

    private Task DropTakenAsync()
    {
        int[] taken;
        lock (_gate)
        {
            taken = [.. _taken];
            _taken.Clear();
        }
        return DropAsync(taken);
    }

    /// <summary>Partitions are others' already: the gate is closed, and the handler ends their instruments before they may come back.</summary>
    private async Task DropAsync(IReadOnlyCollection<int> partitions)
    {
        if (partitions.Count == 0)
            return;
        _logger.ShareLost(_collector, string.Join(", ", partitions));
        _handler!.OnLost();
        await LetGoAsync();
    }

    /// <summary>Gives up everything that is held, after the last event was acknowledged.</summary>
    private async Task ReleaseAllAsync()
    {
        List<int> held;
        ImmutableArray<Part> parts;
        lock (_gate)
        {
            held = [.. _share.In(Standing.Owned)];
            parts = _share.Parts;
            Put(_share.With(_share.In(Standing.Owned, Standing.Pending, Standing.Resuming, Standing.Suspended), ToForeign));
        }
        // Without a proof the claims may be others' by now, and no broker may be there to take the word.
        if (held.Count > 0 && _lease.IsValid)
            await ReleaseAsync(held, parts, _hooks.IsEmpty() ? Tellable(_handler!.TakenUntil) : _covered.Tellable);
        _released.TrySetResult();
    }
}
