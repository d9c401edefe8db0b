using MarketData.Pipeline;

namespace MarketData.Kafka.Checkpoints;

/// <content>
/// Ends that no tape will go on from are given up, or hundreds of expired options a day would stay for ever. An end is given up when (1) the
/// exchange has not listed its instrument at any look for <see cref="GoneFor"/>, (2) its last trade is older than
/// <see cref="KafkaOptions.TradeEndsKept"/>, so that what may have come behind it is not to be had any more, and (3) the instrument is this
/// process's, by a claim and a membership that are proven at that moment. Whoever collects an instrument all the same, because it came back
/// or changed hands meanwhile, answers the tombstone with its own checkpoint.
/// </content>
internal sealed partial class TradeCheckpoints
{
    /// <summary>Longer than a list is incomplete while the exchange is under maintenance.</summary>
    private static readonly TimeSpan GoneFor = TimeSpan.FromHours(1);

    /// <summary>Tombstones in one go: the claims use the same producer.</summary>
    private const int MostAtOnce = 200;

    // Since when, by the monotonic clock.
    private readonly Dictionary<string, long> _gone = new(StringComparer.Ordinal);

    public void NoteGone(Func<string, bool> isGone)
    {
        List<string> known;
        lock (_gate)
            known = [.. _stored.Keys.Union(_ends.Keys, StringComparer.Ordinal)];
        var gone = known.Where(isGone).ToHashSet(StringComparer.Ordinal);
        var now = _timeProvider.GetTimestamp();
        lock (_gate)
        {
            foreach (var key in _gone.Keys.Where(key => !gone.Contains(key)).ToList())
                _gone.Remove(key);
            foreach (var key in gone)
                _gone.TryAdd(key, now);
        }
    }

    /// <summary>Gives up what is due. One that cannot be written is noted as gone again, and follows later.</summary>
    private async Task GiveUpAsync(CancellationToken cancellationToken)
    {
        var due = Due().Where(key => _ask(key) == GateAnswer.Open).Take(MostAtOnce).ToList();
        lock (_gate)
        {
            // Not what is asked for since.
            due.RemoveAll(key => !_gone.Remove(key));
            foreach (var key in due)
                _ends.Remove(key);
        }
        await Task.WhenAll(due.Select(key => _topic.WriteAsync(TradeCheckpoint.KeyOf(key), TradeCheckpoint.KeyOf(key), null)))
            .WaitAsync(cancellationToken);
    }

    private List<string> Due()
    {
        var oldest = (_timeProvider.GetUtcNow() - _keptFor).ToUnixTimeMilliseconds();
        lock (_gate)
        {
            return [.. _gone.Where(gone => _timeProvider.GetElapsedTime(gone.Value) >= GoneFor).Select(gone => gone.Key).Where(key =>
                (_stored.GetValueOrDefault(key)?.Position.ExchangeTimeUnixMs ?? 0) < oldest
                && (_ends.GetValueOrDefault(key)?.LastTimeUnixMs ?? 0) < oldest)];
        }
    }

    /// <summary>Another process, or this one, has given an end up.</summary>
    private void OnGivenUp(string instrument)
    {
        _stored.TryRemove(instrument, out _);
        var isOthers = _ask(instrument) == GateAnswer.Lost;
        lock (_gate)
        {
            if (isOthers)
                _ends.Remove(instrument);
            else if (_ends.TryGetValue(instrument, out var end) && end.Position is not null)
                end.IsChanged = true;
        }
    }
}
