namespace Deribit.Client.Session;

internal sealed partial class SubscriptionBook
{
    /// <summary>Applies the reply to a subscribe call.</summary>
    /// <param name="generation">The connection that the reply came from.</param>
    /// <param name="asked">The channels of the call.</param>
    /// <param name="accepted">The channels of the reply.</param>
    /// <returns>The refusals, by number of attempts.</returns>
    public IReadOnlyList<Refusal> Subscribed(long generation, IReadOnlyList<string> asked, IReadOnlySet<string> accepted)
    {
        lock (_lock)
        {
            if (generation != _generation)
            {
                return [];
            }

            var granted = asked.Where(accepted.Contains).ToHashSet(StringComparer.OrdinalIgnoreCase);
            _onWire.ExceptWith(asked);
            _onWire.UnionWith(granted);
            foreach (var channel in Those(granted))
            {
                // One that is to be unsubscribed was taken back and wanted anew: its own subscription is still to come.
                (channel.Acknowledged, channel.GivenUp, channel.Attempts) = (!_toDrop.Contains(channel.Wire), false, 0);
            }

            // Wishes taken back while the call was on its way.
            granted.ExceptWith(WantedWires());
            _toDrop.UnionWith(granted);

            return Refuse(asked.Where(wire => !accepted.Contains(wire)));
        }
    }

    /// <summary>Counts an attempt of these channels as refused.</summary>
    /// <param name="wires">The channels, in the wire's words.</param>
    /// <param name="giveUp">Whether no further attempt is worth it.</param>
    public IReadOnlyList<Refusal> Refused(IEnumerable<string> wires, bool giveUp)
    {
        lock (_lock)
        {
            return Refuse(wires, giveUp);
        }
    }

    /// <summary>A subscribe call for these channels is about to be made outside of <see cref="NextBatch"/>.</summary>
    public void Asking(long generation, IEnumerable<string> wires)
    {
        lock (_lock)
        {
            if (generation == _generation)
            {
                _onWire.UnionWith(wires);
            }
        }
    }

    /// <summary>Applies the reply to an unsubscribe call: none of these channels is subscribed any more.</summary>
    public void Unsubscribed(long generation, IReadOnlyList<string> asked)
    {
        lock (_lock)
        {
            if (generation != _generation)
            {
                return;
            }

            var gone = asked.ToHashSet(StringComparer.OrdinalIgnoreCase);
            _onWire.ExceptWith(gone);
            _toDrop.ExceptWith(gone);
            foreach (var channel in Those(gone))
            {
                channel.Acknowledged = false;
            }
        }

        Signal();
    }

    /// <summary>Takes wanted channels out of the worker's hands for a resynchronisation. Returns their names in the wire's words.</summary>
    public IReadOnlyDictionary<string, string> Hold(long generation, IEnumerable<string> names)
    {
        lock (_lock)
        {
            var wires = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var name in names)
            {
                if (generation == _generation && Find(name) is { } channel && wires.TryAdd(name, channel.Wire))
                {
                    channel.Held++;
                    channel.Acknowledged = false;
                }
            }

            return wires;
        }
    }

    /// <summary>Gives them back.</summary>
    public void Release(long generation, IEnumerable<string> wires)
    {
        lock (_lock)
        {
            if (generation != _generation)
            {
                return;
            }

            var set = wires.ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var channel in Those(set))
            {
                channel.Held = Math.Max(0, channel.Held - 1);
            }
        }

        Signal();
    }

    private WantedChannel? Find(string name) => _wanted.TryGetValue(name, out var channel)
        ? channel
        : _wanted.Values.FirstOrDefault(one => string.Equals(one.Wire, name, StringComparison.OrdinalIgnoreCase));

    private IReadOnlyList<Refusal> Refuse(IEnumerable<string> wires, bool giveUp = false)
    {
        var set = wires.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (set.Count == 0)
        {
            return [];
        }

        var refused = Those(set).ToList();
        foreach (var channel in refused)
        {
            channel.Acknowledged = false;
            channel.Attempts++;
            channel.GivenUp = giveUp || channel.Attempts >= options.SubscribeAttempts;
            channel.DueAt = channel.GivenUp ? TimeSpan.MaxValue : Now + RetryDelay(channel.Attempts);
        }

        return [.. refused.GroupBy(channel => (channel.Attempts, channel.GivenUp))
            .Select(group => new Refusal([.. group.Select(channel => channel.Name)], group.Key.Attempts, group.Key.GivenUp))];
    }

    private TimeSpan RetryDelay(int attempts)
    {
        var bound = Math.Min(options.SubscribeRetryBase.Ticks * Math.Pow(2, attempts - 1), LongestRetry.Ticks);
        return TimeSpan.FromTicks((long)(bound * (0.5 + (_jitter() / 2))));
    }
}
