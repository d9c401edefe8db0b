using Deribit.Simulator.Channels;

namespace Deribit.Simulator.Faults;

/// <summary>
/// In: faults to apply, by call, by HTTP or by chance. Out: spoiled frames, replies and connections, each written to a ledger.
/// Owns the armed faults and the ledger. Every public member may be called from any thread.
/// </summary>
public sealed class SimulatorFaults
{
    private const int LedgerLimit = 100_000;
    private readonly Lock _lock = new();
    private readonly List<ArmedFault> _armed = [];
    private readonly List<AppliedFault> _applied = [];
    private readonly TimeProvider _time;
    private readonly FaultDice? _dice;
    private volatile bool _touchesFrames;
    private FrameFaults? _frames;

    internal SimulatorFaults(TimeProvider time, FaultSchedule? schedule)
    {
        _time = time;
        _dice = schedule is null ? null : new FaultDice(schedule);
        _touchesFrames = _dice is not null;
    }

    /// <summary>The ledger: every fault applied so far, oldest first; the latest 100,000 are kept. A copy.</summary>
    public IReadOnlyList<AppliedFault> Applied
    {
        get
        {
            lock (_lock)
            {
                return [.. _applied];
            }
        }
    }

    /// <summary>The faults that still wait for their moment. A copy.</summary>
    public IReadOnlyList<Fault> Armed
    {
        get
        {
            lock (_lock)
            {
                RemoveSpent();
                return [.. _armed.Select(armed => armed.Fault)];
            }
        }
    }

    internal bool TouchesFrames => _touchesFrames;

    /// <summary>Carries out the kinds that take effect at once; set by the server.</summary>
    internal Action<Fault>? Execute { get; set; }

    internal void Use(Venue venue) => _frames = new FrameFaults(venue);

    /// <summary>Arms a fault, or carries it out when its kind acts at once (stall, close, abort).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count, skip, size or duration is negative.</exception>
    public void Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfNegative(fault.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(fault.Skip);
        ArgumentOutOfRangeException.ThrowIfNegative(fault.Size);
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Duration, TimeSpan.Zero);
        if (fault.Kind is FaultKind.Stall or FaultKind.Close or FaultKind.Abort)
        {
            Execute?.Invoke(fault);
            return;
        }

        // These two last for a time, not for a number of frames.
        var lasting = fault.Kind is FaultKind.Mute or FaultKind.RefuseConnections;
        long? expires = lasting && fault.Duration > TimeSpan.Zero
            ? _time.GetTimestamp() + (long)(fault.Duration.TotalSeconds * _time.TimestampFrequency)
            : null;
        lock (_lock)
        {
            _armed.Add(new ArmedFault(lasting ? fault with { Count = 0 } : fault, expires));
            _touchesFrames |= IsFrameFault(fault.Kind);
        }
    }

    /// <summary>Disarms every fault (a mute ends, connections are accepted again). The ledger and the schedule stay.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _armed.Clear();
            _touchesFrames = _dice is not null;
        }
    }

    internal static bool IsFrameFault(FaultKind kind) => kind <= FaultKind.InsertSnapshot;

    internal void Record(FaultKind kind, long connection, string channel, long changeId)
    {
        lock (_lock)
        {
            if (_applied.Count == LedgerLimit)
            {
                _applied.RemoveRange(0, LedgerLimit / 2);
            }

            _applied.Add(new AppliedFault(_time.GetUtcNow(), kind, connection, channel, changeId));
        }
    }

    /// <summary>Sends one notification to one subscriber, spoiled if a fault says so. Called with the hub's gate held.</summary>
    internal void Deliver(Subscription subscription, byte[] payload, long changeId)
    {
        var fault = PickForFrame(subscription);
        var session = subscription.Session;
        var channel = subscription.Channel.Name;
        var spent = fault is not null && _frames!.Send(subscription, fault.Fault, payload, changeId);
        if (spent)
        {
            var kind = fault!.Fault.Kind;
            lock (_lock)
            {
                if (kind == FaultKind.Mute ? fault.FirstMute(session.Id, channel) : true)
                {
                    fault.Spend();
                    Record(kind, session.Id, channel, changeId);
                }

                RemoveSpent();
            }

            return;
        }

        FrameFaults.SendPlain(subscription, payload);
    }

    /// <summary>The fault of one of these kinds that this call or channel meets now, used up once; null when none.</summary>
    internal Fault? Take(long connection, string method, string channel, params ReadOnlySpan<FaultKind> kinds)
    {
        lock (_lock)
        {
            RemoveSpent();
            foreach (var armed in _armed)
            {
                var about = channel.Length > 0 ? channel : method;
                if (kinds.Contains(armed.Fault.Kind)
                    && (channel.Length > 0 ? armed.MatchesFrame(connection, channel) : armed.MatchesCall(connection, method))
                    && armed.Due())
                {
                    armed.Spend();
                    Record(armed.Fault.Kind, connection, about, 0);
                    return armed.Fault;
                }
            }

            return null;
        }
    }

    /// <summary>The refusal in force, if any.</summary>
    internal Fault? Refusal()
    {
        lock (_lock)
        {
            RemoveSpent();
            return _armed.Find(armed => armed.Fault.Kind == FaultKind.RefuseConnections)?.Fault;
        }
    }

    private ArmedFault? PickForFrame(Subscription subscription)
    {
        lock (_lock)
        {
            RemoveSpent();
            foreach (var armed in _armed)
            {
                if (IsFrameFault(armed.Fault.Kind)
                    && armed.MatchesFrame(subscription.Session.Id, subscription.Channel.Name)
                    && armed.Due())
                {
                    return armed;
                }
            }
        }

        return _dice?.Roll(subscription) is { } kind ? new ArmedFault(new Fault { Kind = kind }, null) : null;
    }

    private void RemoveSpent()
    {
        var now = _time.GetTimestamp();
        if (_armed.RemoveAll(armed => armed.IsSpent(now)) > 0)
        {
            _touchesFrames = _dice is not null || _armed.Exists(armed => IsFrameFault(armed.Fault.Kind));
        }
    }
}
