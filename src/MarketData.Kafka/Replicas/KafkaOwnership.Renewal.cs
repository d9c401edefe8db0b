using MarketData.Exchanges;

namespace MarketData.Kafka.Replicas;

/// <content>Proves the membership and renews the claims about every second: one task.</content>
internal sealed partial class KafkaOwnership
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    private Task<bool[]> _refresh = Task.FromResult(Array.Empty<bool>());
    private readonly CoveredIntake _covered;
    private ((long Timestamp, DateTimeOffset Wall) Asked, int Session, Task<bool> Proof)? _question;
    private long? _heldSince;

    // What is being given up has ended: a later moment says nothing of it.
    private volatile IntakeMark? _leavingCovered;

    private async Task RenewAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var proven = _group.IsJoined && await ProveAsync();
                NoteLease();
                NoteSilence();
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
        await QuietAsync(_covered.Flush);
    }

    /// <summary>Asks for the proof; the lease runs from before the question.</summary>
    private async Task<bool> ProveAsync()
    {
        // The question blocks until the coordinator answers, and without one for as long as there is none: the rest goes on meanwhile.
        var question = _question ??= (_lease.Now, _group.Session, Task.Run(_group.Prove, CancellationToken.None));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        await Task.WhenAny(question.Proof, Task.Delay(RenewEvery, _timeProvider, patience.Token));
        await patience.CancelAsync();
        if (!question.Proof.IsCompleted)
            return false;
        _question = null;
        if (!await question.Proof || _group.Session != question.Session)
            return false;
        _lease.Renew(question.Asked);
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

    private async Task NotePublishedAsync()
    {
        if (_covered.Flush.IsCompleted)
            await QuietAsync(_covered.Flush);
        if (_covered.Advance(_end.Token))
            ForgetOldEvents(_covered.Until!.Timestamp);
    }

    /// <summary>
    /// Nothing from before a grant is on its way any more: the wall clock, which may be set back, decides nothing from here on.
    /// </summary>
    private void ForgetOldEvents(long covered)
    {
        lock (_gate)
        {
            var share = _share;
            var settled = share.In(Standing.Owned)
                .Where(partition => share.Parts[partition].OpenFromUnixNs > 0 && share.Parts[partition].Granted < covered).ToList();
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
        var covered = _covered.Tellable;
        lock (_gate)
        {
            var share = _share;
            _refresh = Task.WhenAll(share.In(Standing.Owned, Standing.Leaving).Select(partition => WriteAsync(
                partition, share.Parts[partition].Term,
                share.Parts[partition].PublishedUntilUnixMs(share.Parts[partition].Standing == Standing.Leaving ? _leavingCovered : covered),
                released: false)));
        }
    }
}
