using Deribit.Client;
using MarketData.Deribit.Recording;
using MarketData.Exchanges;

namespace MarketData.Deribit;

/// <summary>
/// A recording that collectors replay, each for itself and from its start. Comes in: the records. Goes out: one playback per collector. Owns:
/// what all of them have in common: the instruments, the pace, the end. Nothing plays before <see cref="Start"/>.
/// </summary>
public sealed class DeribitReplay
{
    private readonly Func<IEnumerable<FrameRecord>> _open;
    private readonly double? _speed;
    private readonly TimeProvider _pace;
    private readonly Lock _lock = new();
    private readonly List<DeribitPlayback> _playbacks = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads the recording once, for what is in it.</summary>
    /// <param name="open">Gives the records from the first on, each time anew and each time the same.</param>
    /// <param name="speed">How many times faster than recorded; null = as fast as the sinks take it.</param>
    /// <param name="pace">The clock that the pace is kept by.</param>
    /// <exception cref="ArgumentException">
    /// The recording does not say what was collected, or not so that it can be read, or it is of another exchange or of several networks.
    /// </exception>
    public DeribitReplay(Func<IEnumerable<FrameRecord>> open, double? speed, TimeProvider pace)
    {
        ArgumentNullException.ThrowIfNull(open);
        (_open, _speed, _pace) = (open, speed, pace);
        var instruments = new Dictionary<string, Instrument>(StringComparer.Ordinal);
        CollectedRecord? before = null;
        foreach (var record in open())
        {
            Frames += record.Kind == (byte)DeribitRecordKind.Frame ? 1 : 0;
            (FirstUnixNs, LastUnixNs) = (FirstUnixNs ?? record.ReceivedAtUnixNs, record.ReceivedAtUnixNs);
            if (record.Kind is (byte)DeribitRecordKind.Connected or (byte)DeribitRecordKind.Disconnected)
                EndsInOrder = record.Kind == (byte)DeribitRecordKind.Disconnected && record.Payload.Span.IndexOf("\"reason\":\"Stopped\""u8) >= 0;
            if (record.Kind != CollectedRecord.Kind)
                continue;
            var collected = CollectedRecord.TryRead(record.Payload.Span) ?? throw new ArgumentException(
                "The recording says in a way that cannot be read what was collected: it may be of a newer version.");
            if (collected.Exchange != DeribitExchange.ExchangeName)
                throw new ArgumentException($"The recording is of {collected.Exchange}, and only {DeribitExchange.ExchangeName} is replayed.");
            if (before is not null && before.Host != collected.Host)
                throw new ArgumentException($"What was recorded at {before.Host} and at {collected.Host} is not one market: replay each by itself.");
            before = collected;
            foreach (var instrument in collected.Instruments)
                instruments.TryAdd(instrument.Name, instrument);
        }

        (Instruments, Host) = ([.. instruments.Values], before?.Host);
        if (Instruments.Count == 0)
            throw new ArgumentException("The recording holds no instrument: nothing was collected while it was made, or its beginning is lost.");
    }

    /// <summary>The instruments in the recording, in the order in which they began.</summary>
    public IReadOnlyList<Instrument> Instruments { get; }

    /// <summary>Where it was recorded: host, and port if it is not the usual one; null when that is not known.</summary>
    public string? Host { get; }

    /// <summary>Whether its last word is that the recorder was stopped; if not, what came behind it is not known.</summary>
    public bool EndsInOrder { get; }

    /// <summary>How many frames it holds.</summary>
    public long Frames { get; }

    /// <summary>Receive time of its first record, ns since the Unix epoch; null when it has none.</summary>
    public long? FirstUnixNs { get; }

    /// <summary>Receive time of its last record, ns since the Unix epoch; null when it has none.</summary>
    public long? LastUnixNs { get; }

    /// <summary>Lets the collectors' streams begin, each as soon as it was told what to collect. Does nothing when they have.</summary>
    public void Start() => _started.TrySetResult();

    /// <summary>Completes when every collector that began by now has published all that follows from the last record.</summary>
    public Task CompletedAsync()
    {
        lock (_lock)
            return Task.WhenAll(_playbacks.Select(playback => playback.Completed));
    }

    internal Task Started => _started.Task;

    internal DeribitPlayback Play(DeribitPlaybackClock clock, Action<DeribitRecord> other)
    {
        var records = _open().Select(record => new DeribitRecord((DeribitRecordKind)record.Kind, record.Connection, record.ReceivedAtUnixNs, record.Payload));
        var playback = new DeribitPlayback(records, clock, _speed, _pace, other);
        lock (_lock)
            _playbacks.Add(playback);
        return playback;
    }
}
