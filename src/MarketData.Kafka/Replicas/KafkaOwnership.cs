using System.Threading.Channels;
using MarketData.Kafka.Checkpoints;
using MarketData.Pipeline;
using MarketData.Replicas;
using Microsoft.Extensions.Logging;

namespace MarketData.Kafka.Replicas;

/// <summary>
/// This replica's share of the instruments. Comes in: what the consumer group deals out, and the claims of all replicas. Goes out: answers
/// of the gate, calls to the handler, claims of its own. Owns: the member, the lease, the share. Runs on: one task that works off what the
/// group says (<c>.Work</c>), one that proves the membership and renews the claims (<c>.Renewal</c>); questions may come from any thread.
/// <para>
/// A partition's instruments are published only while all three hold: the group gave the partition to this process; its claim, with a term
/// above all earlier ones, was read back from the topic; and the membership was proven within the lease.
/// </para>
/// </summary>
internal sealed partial class KafkaOwnership : IOwnership
{
    /// <summary>The lease ends so long before the group would take this process for dead.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(1);

    /// <summary>Whoever waits for a change looks at least this often.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly string _collector;
    private readonly string _source;
    private readonly string _groupId;
    private readonly string _process = Guid.NewGuid().ToString("N");
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly CheckpointTopic _topic;
    private readonly ReplicaHooks _hooks;
    private readonly ClaimBook _claims;
    private readonly Lease _lease;
    private readonly GroupMember _group;

    // Overflow policy: never full, because a revocation waits for its answer; if it were, the group's thread would wait.
    private readonly Channel<GroupEvent> _events = Channel.CreateBounded<GroupEvent>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private readonly AsyncSignal _wake = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private volatile Share _share = Share.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IOwnershipHandler? _handler;
    private Task _work = Task.CompletedTask;
    private Task _renewal = Task.CompletedTask;
    private bool _started;
    private IReadOnlySet<string> _predecessors = new HashSet<string>();
    private volatile bool _known;
    private volatile bool _isSynced;
    private volatile bool _leaving;
    private volatile bool _everShared;
    private long _joinedAt;
    private int _disposed;

    public KafkaOwnership(
        KafkaOptions options, string collector, string source, CheckpointTopic topic, ReplicaHooks hooks, TimeProvider timeProvider,
        ILogger logger)
    {
        (_collector, _source, _topic, _hooks, _timeProvider, _logger) = (collector, source, topic, hooks, timeProvider, logger);
        _claims = new ClaimBook(timeProvider);
        _lease = new Lease(timeProvider, options.SessionTimeout - LeaseMargin);
        _covered = new CoveredIntake(() => _handler!.TakenUntil, hooks.FlushAsync);
        var member = ReplicaClients.Member(options, source, collector);
        _groupId = member.GroupId;
        _group = new GroupMember(
            member, options.Topics.Symbols, Tell, HandOverDeadline + ReleaseDeadline, new LogRouter(options, logger, timeProvider), logger);
        _topic.Listen(OnRecord);
    }

    public bool IsMember => _known;

    public (int Owned, int All) Partitions => (OwnedPartitions, _share.Parts.Length);

    public IReadOnlyList<string> Reasons
    {
        get
        {
            if (!_started || _leaving)
                return [];
            if (_group.Trouble is { } trouble)
                return [$"group_unreachable: The consumer group {_groupId} cannot be asked: {trouble} Messages are held back."];
            if (!_known || !_group.IsJoined || AwaitsFirstShare
                || _share.In(Standing.Unknown, Standing.Pending, Standing.Resuming, Standing.Suspended).Any())
                return [$"group_joining: The consumer group {_groupId} has not settled yet which instruments are this replica's."];
            return _lease.IsValid
                ? []
                : [$"lease_expired: The membership in {_groupId} is not proven since {_lease.Age}. Messages are held back."];
        }
    }

    // A cooperative group gives a new member nothing until the others have given something up; after a while it is a reserve.
    private bool AwaitsFirstShare => !_everShared
        && _timeProvider.GetElapsedTime(_joinedAt) < HandOverDeadline + ReleaseDeadline + (2 * (_lease.Length + LeaseMargin));

    /// <summary>How many partitions of the symbols are this replica's.</summary>
    public int OwnedPartitions => _share.In(Standing.Owned, Standing.Leaving).Count();

    /// <summary>How often the group changed this replica's share.</summary>
    public long Rebalances => Interlocked.Read(ref _rebalances);

    /// <summary>How long ago the membership was proven; null when it is not.</summary>
    public TimeSpan? LeaseAge => _lease.Age;

    public void Start(IOwnershipHandler handler)
    {
        lock (_gate)
        {
            if (_started)
                throw new InvalidOperationException("The ownership was started before.");
            (_started, _handler) = (true, handler);
        }
        _predecessors = _hooks.Register(_process);
        _hooks.Starting();
        _topic.Start();
        _group.Start();
        _work = Task.Run(WorkAsync);
        _renewal = Task.Run(RenewAsync);
    }

    public bool Owns(string key) => _share.Owns(key);

    public bool IsAnothers(string key) => _known && _share.IsAnothers(key);

    public GateAnswer Ask(string key) => Ask(key, long.MaxValue);

    public GateAnswer Ask(string key, long receivedAtUnixNs) => _share.Ask(key, receivedAtUnixNs, _lease.IsValid);

    public async Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        Task changed;
        lock (_gate)
            changed = _changed.Task;
        // With a bound: what changed between a question and this call, or by mere time, is seen as well.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(LongestWait, _timeProvider, end.Token));
        await end.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (!_started || _leaving)
            return;
        await _hooks.BeforeLeavingAsync(cancellationToken);
        _leaving = true;
        _wake.Set();
        try
        {
            await _released.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The claims stay: whoever takes over waits until they have run out.
        }
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _leaving = true;
        await EndAsync();
        _group.Dispose();
        _end.Dispose();
    }

    private async Task EndAsync()
    {
        // The member first: leaving is a revocation, which the work task answers.
        await _group.LeaveAsync();
        await _end.CancelAsync();
        await _work;
        await _renewal;
        foreach (var late in _late)
            await late;
        _late.Clear();
    }

    /// <summary>On the group's thread.</summary>
    private void Tell(GroupEvent groupEvent)
    {
        if (!_events.Writer.TryWrite(groupEvent))
            groupEvent.Done?.Set();
        _wake.Set();
    }

    /// <summary>On the thread that reads the claims: whoever claims above us has the partition, whatever the group told us.</summary>
    private void OnRecord(string key, byte[]? value, DateTimeOffset recordedAt)
    {
        if (!Claim.TryReadKey(key, _collector, out var partition) || value is null || Claim.Read(value) is not { } claim
            || !_claims.Apply(partition, claim, recordedAt))
            return;
        if (claim.Process != _process)
        {
            lock (_gate)
                Yield(partition, claim);
        }
        _wake.Set();
    }

    /// <summary>What the claim of another process means for a partition; under the lock.</summary>
    private void Yield(int partition, Claim claim)
    {
        if (partition >= _share.Parts.Length)
            return;
        var part = _share.Parts[partition];
        if (part.Standing is Standing.Owned or Standing.Leaving or Standing.Suspended or Standing.Resuming && claim.Term > part.Term)
        {
            _taken.Add(partition);
            Put(_share.With([partition], ToForeign));
        }
        else if (part.Standing is Standing.Unknown && _isSynced && !claim.IsReleased)
        {
            // Written since this process has joined, so by one that lives.
            Put(_share.With([partition], ToForeign));
        }
    }

    /// <summary>Replaces the share; under the lock.</summary>
    private void Put(Share share)
    {
        _share = share;
        SignalChange();
    }

    private void Change(IEnumerable<int> partitions, Func<Part, Part> change)
    {
        lock (_gate)
            Put(_share.With(partitions, change));
    }

    private void SignalChange()
    {
        lock (_gate)
        {
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Another's from now on: what was received until now is not to be published if it ever comes back.</summary>
    private Part ToForeign(Part part) => new(Standing.Foreign, 0, Math.Max(part.OpenFromUnixNs, NowUnixNs));

    private long NowUnixNs => (_timeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private long NowUnixMs => _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
}
