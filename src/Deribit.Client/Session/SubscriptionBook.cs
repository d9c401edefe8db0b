namespace Deribit.Client.Session;

/// <summary>
/// What is wanted against what is acknowledged. Comes in: the caller's wishes and the exchange's replies. Goes out: the next call to make
/// (<see cref="NextBatch"/>). Owns: both sets. Runs on: any thread; every member locks, and calls nothing while it does.
/// </summary>
internal sealed partial class SubscriptionBook(
    DeribitClientOptions options, TimeProvider timeProvider, Func<double>? jitter = null)
{
    private const long NoConnection = -1;
    private const string RawSuffix = ".raw";
    private const string FallBackSuffix = ".100ms";
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Func<double> _jitter = jitter ?? Random.Shared.NextDouble;
    private readonly long _start = timeProvider.GetTimestamp();
    private readonly Dictionary<string, WantedChannel> _wanted = new(StringComparer.Ordinal);

    // Names in the wire's words: asked for on this connection and not known to be off again, whether acknowledged yet or not. The exchange
    // may return currency parts in another case, hence the comparer.
    private readonly HashSet<string> _onWire = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _toDrop = new(StringComparer.OrdinalIgnoreCase);
    private TaskCompletionSource _changed = NewSignal();
    private TimeSpan _dropsDueAt;
    private bool _rawDenied;
    private long _generation = NoConnection;

    private TimeSpan Now => timeProvider.GetElapsedTime(_start);

    /// <summary>Adds wishes; a wish that was given up is tried anew.</summary>
    public void Want(IEnumerable<string> channels)
    {
        lock (_lock)
        {
            foreach (var name in channels)
            {
                ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(channels));
                if (!_wanted.TryGetValue(name, out var channel))
                {
                    _wanted.Add(name, new WantedChannel(name) { Wire = WireOf(name) });
                }
                else if (channel.GivenUp)
                {
                    (channel.GivenUp, channel.Attempts, channel.DueAt) = (false, 0, TimeSpan.Zero);
                }
            }
        }

        Signal();
    }

    /// <summary>Takes wishes back; what was asked for on this connection will be unsubscribed, even if it is wanted again meanwhile.</summary>
    /// <returns>What will be unsubscribed, in the wire's words.</returns>
    public IReadOnlyList<string> Unwant(IEnumerable<string> channels)
    {
        var removed = new List<string>();
        lock (_lock)
        {
            foreach (var name in channels)
            {
                if (_wanted.Remove(name, out var channel) && _onWire.Contains(channel.Wire))
                {
                    removed.Add(channel.Wire);
                }
            }

            // Two wishes may share one channel of the wire, once a raw one fell back.
            var wanted = WantedWires().ToHashSet(StringComparer.OrdinalIgnoreCase);
            removed.RemoveAll(wanted.Contains);
            _toDrop.UnionWith(removed);
        }

        Signal();
        return removed;
    }

    /// <summary>Starts anew on a fresh connection: nothing is acknowledged, and what was given up gets one attempt.</summary>
    /// <param name="generation">The connection; what is reported of another one is ignored from now on.</param>
    /// <param name="rawDenied">Whether raw channels are replaced from the start.</param>
    public void BeginConnection(long generation, bool rawDenied)
    {
        lock (_lock)
        {
            _generation = generation;
            _onWire.Clear();
            _toDrop.Clear();
            _rawDenied = rawDenied;
            foreach (var channel in _wanted.Values)
            {
                channel.Acknowledged = false;
                channel.Held = 0;
                channel.DueAt = TimeSpan.Zero;
                channel.Wire = WireOf(channel.Name);
                channel.Attempts = channel.GivenUp ? options.SubscribeAttempts - 1 : 0;
            }
        }

        Signal();
    }

    /// <summary>The connection is gone: nothing is acknowledged any more.</summary>
    public void EndConnection()
    {
        lock (_lock)
        {
            _generation = NoConnection;
            _onWire.Clear();
            _toDrop.Clear();
            foreach (var channel in _wanted.Values)
            {
                channel.Acknowledged = false;
            }
        }
    }

    /// <summary>From now on, on this connection, raw channels are replaced (when the options say so).</summary>
    /// <param name="wires">The channels of the call that was denied.</param>
    /// <returns>The raw ones among them.</returns>
    public IReadOnlyList<string> DenyRaw(IReadOnlyList<string> wires)
    {
        lock (_lock)
        {
            _rawDenied = true;
            foreach (var channel in _wanted.Values.Where(channel => !channel.Acknowledged))
            {
                channel.Wire = WireOf(channel.Name);
            }

            return [.. wires.Where(wire => wire.EndsWith(RawSuffix, StringComparison.Ordinal))];
        }
    }

    /// <summary>The next call to make; null when nothing is due. Unsubscribing comes first.</summary>
    /// <param name="maxChannels">The most channels.</param>
    /// <param name="maxBytes">The most bytes of the request.</param>
    public SubscriptionBatch? NextBatch(int maxChannels, int maxBytes)
    {
        lock (_lock)
        {
            var now = Now;
            if (_toDrop.Count > 0 && _dropsDueAt <= now)
            {
                return SubscriptionBatch.Take(_toDrop, SubscriptionBatch.Unsubscribe, maxChannels, maxBytes);
            }

            var due = _wanted.Values.Where(channel => IsOpen(channel) && channel.DueAt <= now && !_toDrop.Contains(channel.Wire));
            var batch = SubscriptionBatch.Take(
                due.Select(channel => channel.Wire).Distinct(StringComparer.Ordinal), SubscriptionBatch.Subscribe, maxChannels, maxBytes);
            _onWire.UnionWith(batch?.Channels ?? []);
            return batch;
        }
    }

    /// <summary>Waits until something may be due.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        Task changed;
        TimeSpan wait;
        lock (_lock)
        {
            changed = _changed.Task;
            wait = TimeUntilDue();
        }

        if (wait > TimeSpan.Zero)
        {
            await changed.WaitAsync(wait, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        lock (_lock)
        {
            if (_changed.Task.IsCompleted)
            {
                _changed = NewSignal();
            }
        }
    }

    /// <summary>Puts off every call of the worker that is due now.</summary>
    public void PutOff(TimeSpan time)
    {
        lock (_lock)
        {
            var at = Now + time;
            _dropsDueAt = at;
            foreach (var channel in _wanted.Values.Where(channel => IsOpen(channel) && channel.DueAt < at))
            {
                channel.DueAt = at;
            }
        }
    }

    /// <summary>Counts for the status.</summary>
    public (int Wanted, int Acknowledged, IReadOnlyList<string> Unavailable) Summary()
    {
        lock (_lock)
        {
            return (_wanted.Count, _wanted.Values.Count(channel => channel.Acknowledged),
                [.. _wanted.Values.Where(channel => channel.GivenUp).Select(channel => channel.Name)]);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static bool IsOpen(WantedChannel channel) => !channel.Acknowledged && channel.Held == 0;

    private string WireOf(string name) =>
        _rawDenied && options.FallBackToPublicIntervals && name.EndsWith(RawSuffix, StringComparison.Ordinal)
        ? string.Concat(name.AsSpan(0, name.Length - RawSuffix.Length), FallBackSuffix)
        : name;

    private IEnumerable<string> WantedWires() => _wanted.Values.Select(channel => channel.Wire);

    private IEnumerable<WantedChannel> Those(HashSet<string> wires) => _wanted.Values.Where(channel => wires.Contains(channel.Wire));

    private TimeSpan TimeUntilDue()
    {
        var earliest = TimeSpan.MaxValue;
        if (_toDrop.Count > 0)
        {
            earliest = _dropsDueAt;
        }

        foreach (var channel in _wanted.Values.Where(IsOpen))
        {
            earliest = channel.DueAt < earliest ? channel.DueAt : earliest;
        }

        // Nothing due: any change signals, so the bound only keeps the timer within its range.
        var longest = TimeSpan.FromHours(1);
        var wait = earliest == TimeSpan.MaxValue ? longest : earliest - Now;

        // Timers count whole milliseconds: a part of one, cut off, would make this a busy wait.
        return wait > longest ? longest : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }

    private void Signal()
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            signal = _changed;
        }

        signal.TrySetResult();
    }
}
