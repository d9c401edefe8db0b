using System.Globalization;

using MarketData.Exchanges;

namespace MarketData.Deribit;

/// <content>What the exchange says of itself: set by the stream's pump, read by anyone.</content>
public sealed partial class DeribitExchange
{
    /// <inheritdoc/>
    public ExchangeStatus Status
    {
        get
        {
            var status = _status;
            return _shards.All[0].IsStarted
                ? status with
                {
                    Reasons = [.. ConnectionReasons(), .. status.Reasons],
                    FrameAge = FrameAge(),
                    LongestUnsynced = Grown(status.LongestUnsynced),
                    OldestHole = Grown(status.OldestHole),
                }
                : status;
        }
    }

    private void UpdateStatus(ChannelProbes probes)
    {
        var (caughtUp, connected, wanted, acknowledged, unavailable) = (true, false, 0, 0, new List<string>());
        foreach (var shard in _shards.All)
        {
            var client = shard.Client.Status;
            caughtUp &= client.QueuedFrames <= MessagesPerTickCheck;
            connected |= client.Connected;
            wanted += client.ChannelsWanted;
            acknowledged += client.ChannelsAcknowledged;
            if (client.LastFrameAge is { } age)
                shard.LastFrameAt = _timeProvider.GetTimestamp() - (long)(age.TotalSeconds * _timeProvider.TimestampFrequency);
            unavailable.AddRange(client.ChannelsUnavailable);
        }

        _caughtUp = caughtUp;
        var books = _books.Counts;
        var reasons = new List<string>();
        if (books.Wanted > books.Live && connected)
        {
            reasons.Add($"books_not_live: {books.Live} of {books.Wanted} books are in sync " +
                $"({books.Awaiting} awaiting a snapshot, {books.Resyncing} resyncing, {books.Quarantined} quarantined).");
        }

        if (_clock is { IsSkewed: true, Skew: { } skew })
        {
            reasons.Add(string.Create(
                CultureInfo.InvariantCulture, $"clock_skew: our clock is {skew.TotalSeconds:0.###} s behind the exchange's; set it right."));
        }

        var trades = _tapes.Counts;
        if (trades.LateHoles > 0)
            reasons.Add($"trades_incomplete: {trades.Missing} trades are missing in {trades.LateHoles} holes and are being fetched.");
        if (connected && probes.Mute is (> 0 and var mute, var one))
            reasons.Add($"channels_mute: {mute} channels send nothing although the exchange has news, and were subscribed anew in vain, among them {one}.");

        Volatile.Write(ref _statusAt, _timeProvider.GetTimestamp());
        _status = new ExchangeStatus
        {
            Connected = connected,
            ChannelsWanted = wanted,
            ChannelsAcknowledged = acknowledged,
            ChannelsUnavailable = unavailable,
            BooksWanted = books.Wanted,
            BooksLive = books.Live,
            BooksResyncing = books.Resyncing + books.Awaiting,
            BooksQuarantined = books.Quarantined,
            Books = books,
            Trades = trades,
            LongestUnsynced = _books.LongestUnsynced,
            OldestHole = _tapes.OldestHole,
            ClockOffset = _clock.Skew,
            ClockError = _clock.Error,
            Reasons = reasons,
            Warnings = LimitWarning(),
        };
    }

    // What is open gets older also while the pump stands still.
    private TimeSpan Grown(TimeSpan age) =>
        age == TimeSpan.Zero ? age : age + _timeProvider.GetElapsedTime(Volatile.Read(ref _statusAt));

    // Between two connections the silence goes on.
    private TimeSpan FrameAge() => _shards.All.Max(shard => shard.Client.Status.LastFrameAge ?? _timeProvider.GetElapsedTime(shard.LastFrameAt));

    private IReadOnlyList<string> LimitWarning() => !_shards.IsLimited ? [] :
    [
        string.Create(CultureInfo.InvariantCulture,
            $"too_many_connections: The exchange allows no further connection from this address; everything is on the {_shards.All.Count} that are open."),
    ];

    // What the connections say of themselves is asked for now: the pump may stand still, which is what has to be told.
    private List<string> ConnectionReasons()
    {
        var (reasons, shards) = (new List<string>(), _shards.All);
        foreach (var (index, shard) in shards.Index())
        {
            foreach (var reason in shard.Client.Status.Reasons)
            {
                var (code, sentence) = reason.Split(": ", 2) is [var first, var rest] ? (first, rest) : (reason, "");
                // The budget of calls is one for all.
                if (shards.Count == 1)
                    reasons.Add(reason);
                else if (code != "rate_limited" || index == 0)
                    reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{code}: Connection {shard.Number}: {sentence}"));
            }
        }

        return reasons;
    }
}
