using MarketData.Redis.Connection;
using MarketData.Redis.Slots;

namespace MarketData.Redis.Sending;

/// <summary>
/// Writes dirty slots to Redis. Comes in: slots from the queue. Goes out: pipelined commands, one batch at a time, so that the values
/// of one key reach Redis in order. Owns: the batch, the back-off and the knowledge of what Redis can be trusted to hold. Runs on: one
/// task, from <see cref="RunAsync"/> until drained or stopped.
/// </summary>
internal sealed class RedisSender(IRedisLink link, RedisAddress address, SlotMap slots, SlotContext context, Backoff backoff, HeldSlots held)
{
    private static readonly TimeSpan DrainRetryDelay = TimeSpan.FromMilliseconds(200);
    private readonly SendBatch _batch = new(context.Time);
    private readonly TimeSpan _refreshCheckEvery = context.Options.OrderBookTtl / 6;
    private readonly TaskCompletionSource<SendFailure?> _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _drain;
    private long _trustedGeneration = -1;
    private long _refreshCheckedAt;
    private bool _publishRefused;
    private bool _booksRetired;

    /// <summary>Ends with the outcome of the first attempt to reach Redis.</summary>
    public Task<SendFailure?> FirstAttempt => _firstAttempt.Task;

    /// <summary>Sends until drained or stopped.</summary>
    /// <param name="drain">Ends the work when everything is written and the book keys are deleted; the queue must be woken with it.</param>
    /// <param name="stop">Ends the work at once.</param>
    public async Task RunAsync(CancellationToken drain, CancellationToken stop)
    {
        _drain = drain;
        try
        {
            await SendUntilEndAsync(stop);
        }
        finally
        {
            _firstAttempt.TrySetResult(null);
        }
    }

    private bool IsDrained => _drain.IsCancellationRequested && _booksRetired;

    private async Task SendUntilEndAsync(CancellationToken stop)
    {
        using var timer = context.Time.CreateTimer(_ => context.Queue.Wake(), null, _refreshCheckEvery, _refreshCheckEvery);
        _refreshCheckedAt = context.Time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            // As it was before the attempt: a drain that comes during it has not had an attempt of its own yet.
            var wasDraining = _drain.IsCancellationRequested;
            var fault = await TryStepAsync(stop);
            if (stop.IsCancellationRequested || (fault is null && IsDrained))
                break;
            if (fault is null)
            {
                await RestAsync(stop);
                continue;
            }

            // What Redis holds is unknown from here on: nothing is trusted until everything was written anew.
            _trustedGeneration = -1;
            Report(SendFailure.From(fault, address.Redact));
            if (_drain.IsCancellationRequested && slots.All.All(static slot => slot.Unsettled == 0))
                break;
            await PauseAsync(wasDraining, stop);
        }
    }

    private async Task<Exception?> TryStepAsync(CancellationToken stop)
    {
        try
        {
            return await StepAsync(stop);
        }
        catch (Exception exception)
        {
            // The loop's boundary: whatever the library raises means that Redis took nothing.
            return exception;
        }
    }

    // One round: trust the connection, refresh what is due, send what is dirty until nothing is.
    private async Task<Exception?> StepAsync(CancellationToken stop)
    {
        if (_trustedGeneration != link.Generation)
        {
            if (await RebuildAsync(stop) is { } rebuildFault)
                return rebuildFault;
        }
        else if (!link.IsConnected)
        {
            // Found by looking, so that the status is right even when there is nothing to write.
            return new IOException("the connection was lost");
        }

        while (!stop.IsCancellationRequested)
        {
            if (context.Time.GetElapsedTime(_refreshCheckedAt) >= _refreshCheckEvery && await RefreshAsync(stop) is { } refreshFault)
                return refreshFault;
            held.Release(() => _batch.HasRoom, _drain.IsCancellationRequested, TakeOrBury);
            while (_batch.HasRoom && context.Queue.TryTake(out var slot))
            {
                TakeOrBury(slot);
            }

            if (!_batch.IsEmpty)
            {
                if (await SendAsync(stop) is { } fault)
                    return fault;
            }
            else if (!_drain.IsCancellationRequested || _booksRetired)
            {
                return null;
            }
            else
            {
                // A key promises a current book, and nobody keeps that promise from here on. Trades and tickers end by their life.
                _booksRetired = true;
                foreach (var book in slots.Books)
                    book.Mute();
            }

            if (_trustedGeneration != link.Generation)
                return null;
        }

        return null;
    }

    private async Task<Exception?> RebuildAsync(CancellationToken stop)
    {
        await link.EnsureConnectedAsync(stop);
        var generation = link.Generation;
        var keys = 0;
        Exception? refused = null;
        foreach (var slot in slots.All)
        {
            slot.OrderRebuild();
            keys += Take(slot) ? 1 : 0;
            if (!_batch.HasRoom && await SendAsync(stop) is { } fault && (refused = fault) is not StackExchange.Redis.RedisServerException)
                return fault;
        }

        if (!_batch.IsEmpty && await SendAsync(stop) is { } lastFault)
            return lastFault;
        if (refused is not null)
            return refused;

        _trustedGeneration = generation;
        backoff.Reset();
        context.Health.Unreachable(null);
        _firstAttempt.TrySetResult(null);
        RedisLog.Reachable(context.Logger, address.Display, keys);
        return null;
    }

    // Whether there is a command for the slot now; one that the gate holds is looked at again in a later round.
    private bool Take(LaneSlot slot) => held.MayGo(slot, _drain.IsCancellationRequested) && _batch.Add(slot);

    private void TakeOrBury(LaneSlot slot)
    {
        if (!Take(slot))
            slots.Bury(slot);
    }

    private async Task<Exception?> RefreshAsync(CancellationToken stop)
    {
        _refreshCheckedAt = context.Time.GetTimestamp();
        foreach (var book in slots.Books)
        {
            if (!book.NeedsRefresh(out var ttl) || !held.MayGo(book, _drain.IsCancellationRequested))
                continue;
            _batch.AddRefresh(book, ttl);
            if (!_batch.HasRoom && await SendAsync(stop) is { } fault)
                return fault;
        }

        // What is left travels with the next dirty slots.
        return null;
    }

    private async Task<Exception?> SendAsync(CancellationToken stop)
    {
        var fault = await _batch.SendAsync(link, stop);
        _batch.Clear(slots.Bury);
        if (fault is null)
            ReportPublishing(_batch.PublishRefusal);
        return fault;
    }

    private void Report(SendFailure failure)
    {
        context.Health.Unreachable(
            $"{failure.Code}: Redis at {address.Display} does not take writes ({failure.Detail}); "
            + "the newest value of every key waits in memory.");
        if (backoff.Attempts == 0)
            RedisLog.Unreachable(context.Logger, address.Display, failure.Detail);
        else
            RedisLog.StillUnreachable(context.Logger, address.Display, backoff.Attempts, failure.Detail);
        _firstAttempt.TrySetResult(failure);
    }

    private void ReportPublishing(Exception? refusal)
    {
        if (refusal is null == !_publishRefused)
            return;
        _publishRefused = refusal is not null;
        if (refusal is null)
        {
            context.Health.PublishRefused(null);
            return;
        }

        var detail = SendFailure.From(refusal, address.Redact).Detail;
        var remedy = detail.Contains("NOPERM", StringComparison.Ordinal) ? " Give the user channel rights." : "";
        RedisLog.PublishRefused(context.Logger, address.Display, detail, remedy);
        context.Health.PublishRefused(
            $"redis_publish_refused: Redis at {address.Display} stores values but did not publish some ({detail}).{remedy}");
    }

    private async Task RestAsync(CancellationToken stop)
    {
        try
        {
            await context.Queue.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }

    private async Task PauseAsync(bool draining, CancellationToken stop)
    {
        var delay = backoff.Next();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _drain);
        try
        {
            await Task.Delay(draining ? DrainRetryDelay : delay, context.Time, draining ? stop : either.Token);
        }
        catch (OperationCanceledException)
        {
            // Stop ends the loop; a drain tries again at once.
        }
    }
}
