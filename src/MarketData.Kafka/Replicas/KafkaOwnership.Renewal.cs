namespace MarketData.Kafka.Replicas;

/// <content>Proves the membership and renews the claims about every second: one task.</content>
internal sealed partial class KafkaOwnership
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>What was received may need so long until it reaches the lane.</summary>
    private static readonly TimeSpan IntakeLag = TimeSpan.FromMilliseconds(250);

    private Task<bool[]> _refresh = Task.FromResult(Array.Empty<bool>());
    private (Task Done, long SinceUnixMs, long Since)? _flush;
    private long _publishedUntilUnixMs;
    private long? _heldSince;

    private async Task RenewAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var proven = _group.IsJoined && await ProveAsync();
                NoteLease();
                if (_lease.IsValid)
                    Refresh();
                await NotePublishedAsync();
                await Task.Delay(proven ? RenewEvery : RetryAfter, _timeProvider, _end.Token);
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                // The end.
            }
            catch (Exception exception)
            {
                // Without this task nothing would be published any more.
                _logger.ShareWorkFailed(_collector, exception);
                await Task.Delay(RetryAfter, _timeProvider, CancellationToken.None);
            }
        }
        await _refresh;
        if (_flush is { } flush)
            await QuietAsync(flush.Done);
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
    /// Everything before a flush is published when the flush is done: while messages are held back, none ends, and the moment stays.
    /// </summary>
    private async Task NotePublishedAsync()
    {
        if (_flush is { Done.IsCompleted: true } flush)
        {
            _flush = null;
            await QuietAsync(flush.Done);
            if (flush.Done.IsCompletedSuccessfully)
            {
                Interlocked.Exchange(ref _publishedUntilUnixMs, flush.SinceUnixMs - (long)IntakeLag.TotalMilliseconds);
                ForgetOldEvents(flush.Since);
            }
        }
        // The moment first: what is published between it and the flush may be in either.
        var (now, timestamp) = (NowUnixMs, _timeProvider.GetTimestamp());
        _flush ??= (_hooks.FlushAsync(_end.Token), now, timestamp);
    }

    /// <summary>
    /// Nothing from before a grant is on its way any more: the wall clock, which may be set back, decides nothing from here on.
    /// </summary>
    private void ForgetOldEvents(long flushed)
    {
        lock (_gate)
        {
            var share = _share;
            var settled = share.In(Standing.Owned)
                .Where(partition => share.Parts[partition].OpenFromUnixNs > 0 && share.Parts[partition].Granted < flushed).ToList();
            if (settled.Count > 0)
                Put(share.With(settled, part => part with { OpenFromUnixNs = 0 }));
        }
    }

    /// <summary>
    /// Says until when everything is published. Under the lock that guards the share: a claim that was released is not renewed behind it.
    /// </summary>
    private void Refresh()
    {
        if (!_refresh.IsCompleted)
            return;
        var until = Interlocked.Read(ref _publishedUntilUnixMs);
        lock (_gate)
        {
            var share = _share;
            _refresh = Task.WhenAll(share.In(Standing.Owned, Standing.Leaving)
                .Select(partition => WriteAsync(partition, share.Parts[partition].Term, until, released: false)));
        }
    }
}
