using System.Collections.Immutable;
using MarketData.Exchanges;
using MarketData.Replicas;

namespace MarketData.Kafka.Replicas;

/// <content>From the group's word to a share: reads the former claims, writes the own ones, waits until they are read back.</content>
internal sealed partial class KafkaOwnership
{
    private static readonly TimeSpan ReadBack = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, Grant> _grants = [];
    private readonly Dictionary<int, long> _terms = [];
    private Task? _sync;

    /// <summary>What decides the partition of the claims' topic: one for all claims of a collector, so that they keep their order.</summary>
    private string ClaimsHome => $"claim/{_collector}";

    private async Task GrantAsync()
    {
        // What was taken from us while the group still counts on us comes back the regular way.
        lock (_gate)
        {
            var stray = _share.In(Standing.Foreign).Where(_assigned.Contains).ToList();
            if (stray.Count > 0)
                Put(_share.With(stray, part => part with { Standing = Standing.Pending }));
        }
        var waiting = _share.In(Standing.Pending, Standing.Resuming).ToList();
        if (waiting.Count == 0 && _everAssigned && !_known)
            TellHandler([]);
        if (waiting.Count == 0 && (_isSynced || !_everAssigned))
            return;
        _sync ??= SyncAsync();
        if (!_sync.IsCompleted)
            return;
        if (_sync.IsCompletedSuccessfully)
            await AdvanceAsync(waiting);
        else
            _sync = null;
    }

    private async Task SyncAsync()
    {
        await _topic.SyncAsync(_end.Token);
        _isSynced = true;
        _wake.Set();
    }

    private async Task AdvanceAsync(List<int> waiting)
    {
        List<int> resumed;
        lock (_gate)
        {
            // A claim that comes from here on finds them owned.
            resumed = [.. waiting.Where(IsStillOurs)];
            Put(_share.With(resumed, part => part with { Standing = Standing.Owned }));
        }
        var lost = waiting.Except(resumed).Where(partition => _share.Parts[partition].Standing == Standing.Resuming).ToList();
        Change(lost, ToForeign);
        await DropAsync(lost);
        var takeovers = new List<Takeover>();
        var granted = waiting.Except(resumed).Except(lost).Where(partition => Advance(partition, takeovers)).ToList();
        if (granted.Count == 0)
            return;
        _everShared = true;
        _logger.ShareGranted(_collector, string.Join(", ", granted), OwnedPartitions, _share.Parts.Length);
        TellHandler(takeovers);
        // From here on the handler says itself when these have begun.
        var now = _timeProvider.GetTimestamp();
        Change(granted, part => part.Granted == Part.Untold ? part with { Granted = now } : part);
    }

    private void TellHandler(IReadOnlyList<Takeover> takeovers)
    {
        _known = true;
        _handler!.OnGranted(takeovers);
    }

    /// <summary>Whether nobody has claimed a partition while this process was out of the group: then nothing has happened.</summary>
    private bool IsStillOurs(int partition) => _share.Parts[partition].Standing == Standing.Resuming
        && _claims.Of(partition) is { IsReleased: false } claim && claim.Process == _process && claim.Term == _share.Parts[partition].Term;

    /// <summary>Takes a partition one step further.</summary>
    /// <returns>Whether it is this process's now.</returns>
    private bool Advance(int partition, List<Takeover> takeovers)
    {
        var claim = _claims.Of(partition);
        if (_grants.TryGetValue(partition, out var grant))
        {
            if (claim is not null && claim.Process == _process && claim.Term == grant.Term)
                return Complete(partition, grant, takeovers);
            if (claim is not null && claim.Term >= grant.Term)
                _grants.Remove(partition);
            else if (_timeProvider.GetElapsedTime(grant.WrittenAt) > ReadBack)
                WriteGrant(partition, grant.Term, grant.Former);
            return false;
        }
        if (_claims.HeldByOthersFor(partition, _process, _lease.Length) == TimeSpan.Zero)
            WriteGrant(partition, (claim?.Term ?? 0) + 1, claim);
        return false;
    }

    private void WriteGrant(int partition, long term, Claim? former)
    {
        _grants[partition] = new Grant(term, former, _timeProvider.GetTimestamp());
        // Nothing of ours is published yet: until the first renewal the former owner's word holds.
        KeepWrite(WriteAsync(partition, term, former?.PublishedUntilUnixMs ?? NowUnixMs, released: false));
    }

    private bool Complete(int partition, Grant grant, List<Takeover> takeovers)
    {
        _grants.Remove(partition);
        _terms[partition] = grant.Term;
        var openFrom = OpenFrom(grant.Former);
        // Never in the future: clocks of two machines differ, and what is collected from now on must not be taken for old.
        openFrom = Math.Min(Math.Max(_share.Parts[partition].OpenFromUnixNs, openFrom), NowUnixNs);
        if (openFrom > 0)
            _hooks.Fenced(key => _share.PartitionOf(key) == partition);
        lock (_gate)
        {
            // Passed in this very moment: the group decides anew.
            if (_claims.Of(partition) is not { } claim || claim.Process != _process || claim.Term != grant.Term)
                return false;
            Put(_share.With(
                [partition], _ => new Part(Standing.Owned, grant.Term, openFrom, Part.Untold, claim.PublishedUntilUnixMs)));
        }
        if (grant.Former is not { } former)
            return true;
        LogTakeover(partition, former, grant.Term);
        takeovers.Add(new Takeover(
            key => _share.PartitionOf(key) == partition, former.Owner, former.PublishedUntilUnixMs, former.IsReleased)
        {
            // Not when anything of ours is fenced off: then only what is on the topic counts, and the rest is fetched again.
            IsOwn = IsPredecessor(former) && openFrom == 0,
        });
        return true;
    }

    private void LogTakeover(int partition, Claim former, long term)
    {
        if (former.IsReleased)
        {
            _logger.TakenOver(_collector, partition, former.Owner, former.Process, term);
            return;
        }

        var silence = TimeSpan.FromMilliseconds(Math.Max(0, NowUnixMs - former.WrittenUnixMs));
        _logger.TakenOverFromSilent(_collector, partition, former.Owner, former.Process, silence, former.PublishedUntilUnixMs, term);
    }

    /// <summary>
    /// Whether a claim is this process's, or that of one whose disk this one has. The name does not tell: replicas may share it.
    /// </summary>
    private bool IsPredecessor(Claim claim) => claim.Process == _process || _predecessors.Contains(claim.Process);

    /// <summary>
    /// Until when another may have published. What an earlier process left on this one's disk is for this one to publish.
    /// </summary>
    private long OpenFrom(Claim? former)
    {
        if (former is null || IsPredecessor(former))
            return 0;
        // A claim is released behind the last message.
        var until = former.IsReleased ? former.WrittenUnixMs : former.WrittenUnixMs + (long)_lease.Length.TotalMilliseconds;
        return until * (long)TimeSpan.NanosecondsPerTick * TimeSpan.TicksPerMillisecond;
    }

    /// <summary>Grants that come to nothing: what was claimed already is released, so that the next owner need not wait.</summary>
    private async Task ForgetGrantsAsync(IEnumerable<int> partitions)
    {
        foreach (var partition in partitions)
        {
            if (_grants.Remove(partition, out var grant))
                await WriteAsync(partition, grant.Term, grant.Former?.PublishedUntilUnixMs ?? NowUnixMs, released: true);
        }
    }

    private Task<bool[]> ReleaseAsync(List<int> partitions, ImmutableArray<Part> parts, IntakeMark? covered) => Task.WhenAll(partitions.Select(
        partition => WriteAsync(partition, _terms[partition], parts[partition].PublishedUntilUnixMs(covered), released: true)));

    private Task<bool> WriteAsync(int partition, long term, long publishedUntilUnixMs, bool released)
    {
        var claim = new Claim
        {
            Owner = _source,
            Process = _process,
            IsReleased = released,
            Term = term,
            PublishedUntilUnixMs = publishedUntilUnixMs,
            WrittenUnixMs = NowUnixMs,
        };
        return NoteAsync(_topic.WriteAsync(ClaimsHome, Claim.KeyOf(_collector, partition), claim.Write()));
    }

    private async Task<bool> NoteAsync(Task<bool> write)
    {
        var isWritten = await write;
        _unwritten = isWritten ? null : _topic.Refusal;
        return isWritten;
    }

    /// <summary>A write whose outcome shows when it is read back; it completes by itself within seconds.</summary>
    private void KeepWrite(Task<bool> write)
    {
        _late.RemoveAll(task => task.IsCompleted);
        _late.Add(write);
    }
}
