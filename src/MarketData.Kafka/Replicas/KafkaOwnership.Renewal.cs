namespace MarketData.Kafka.Replicas;

/// <content>Proves the membership and renews the claims about every second: one task.</content>
internal sealed partial class KafkaOwnership
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    private Task<bool[]> _refresh = Task.FromResult(Array.Empty<bool>());
    private long? _heldSince;

    private async Task RenewAsync()
    {
        try
        {
            while (!_end.IsCancellationRequested)
            {
                var proven = _group.IsJoined && await ProveAsync();
                NoteLease();
                if (_lease.IsValid)
                    Refresh();
                await Task.Delay(proven ? RenewEvery : RetryAfter, _timeProvider, _end.Token);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The end.
        }
        await _refresh;
    }

    /// <summary>Asks for the proof; the lease runs from before the question.</summary>
    private async Task<bool> ProveAsync()
    {
        var asked = _lease.Now;
        var session = _group.Session;
        // The question blocks until the coordinator answers.
        if (!await Task.Run(_group.Prove, CancellationToken.None) || _group.Session != session)
            return false;
        _lease.Renew(asked);
        return true;
    }

    private void NoteLease()
    {
        if (!_known || _leaving)
            return;
        if (!_lease.IsValid)
        {
            if (_heldSince is null)
                _logger.LeaseExpired(_collector);
            _heldSince ??= _timeProvider.GetTimestamp();
        }
        else if (_heldSince is { } since)
        {
            _heldSince = null;
            _logger.LeaseRenewed(_collector, _timeProvider.GetElapsedTime(since));
            SignalChange();
        }
    }

    /// <summary>
    /// Says until when everything is published. Under the lock that guards the share: a claim that was released is not renewed behind it.
    /// </summary>
    private void Refresh()
    {
        if (!_refresh.IsCompleted)
            return;
        var until = Math.Min(NowUnixMs, _hooks.PublishedUntilUnixMs());
        lock (_gate)
        {
            var share = _share;
            _refresh = Task.WhenAll(share.In(Standing.Owned, Standing.Leaving)
                .Select(partition => WriteAsync(partition, share.Parts[partition].Term, until, released: false)));
        }
    }
}
