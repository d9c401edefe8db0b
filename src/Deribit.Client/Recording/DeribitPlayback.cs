using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Deribit.Client.Channels;
using Deribit.Client.Protocol;
using Deribit.Client.Recording;

namespace Deribit.Client;

/// <summary>
/// What was recorded of a client, played to one reader. Comes in: records. Goes out: the same messages in the same order, each with its
/// recorded time. Owns: the clock, which nothing else moves. Runs on: the reader's thread, with no task of its own.
/// <para>
/// The same records give the same messages at the same times of the clock, however fast it runs: (1) <see cref="TryRead"/> gives what the
/// clock has reached; (2) when the reader has nothing left to do it calls <see cref="WaitToReadAsync"/>, which moves the clock on: to the
/// next record, but never past the next twentieth of a second, so that what the reader does by time is done in the recorded time too; (3) calls
/// are answered at once, from what was played so far. The pace only decides how long (2) waits.
/// </para>
/// </summary>
public sealed partial class DeribitPlayback : IDeribitSession
{
    // How often the reader gets to look at the clock while nothing comes.
    private const long StepTicks = TimeSpan.TicksPerMillisecond * 50;

    // A recording that is alive has a heartbeat every few seconds: in a longer silence nobody recorded, and the clock jumps to the last minute of it.
    private const long LongestSilenceTicks = TimeSpan.TicksPerSecond * 60;
    private const int Unavailable = 13_503;
    private const double LeastSpeed = 0.001;
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

    private readonly IEnumerator<DeribitRecord> _records;
    private readonly DeribitPlaybackClock _clock;
    private readonly double? _speed;
    private readonly TimeProvider _pace;
    private readonly Action<DeribitRecord>? _other;
    private readonly NotificationDecoder _decoder = new();
    private readonly PlaybackChannels _channels = new();
    private readonly PlaybackTrades _trades = new();
    private readonly Queue<DeribitMessage> _due = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<bool> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile DeribitClientStatus _status = new();
    private DeribitRecord _next;
    private bool _hasNext;
    private bool _ownersTurn;
    private bool _resumes;
    private long _startedAt;
    private long _startTicks;

    /// <summary>Creates a playback; the clock stands at the first record's time.</summary>
    /// <param name="records">The records in their order, asked for one by one as they are played.</param>
    /// <param name="clock">The clock, which stays the playback's.</param>
    /// <param name="speed">How many times faster than recorded; null = as fast as the reader reads.</param>
    /// <param name="pace">The clock that the pace is kept by.</param>
    /// <param name="other">
    /// Called on the reader's thread with each record of a kind that is not the client's, at its time. The reader then gets to do what time
    /// demands before the next record.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The speed is below 0.001.</exception>
    public DeribitPlayback(
        IEnumerable<DeribitRecord> records, DeribitPlaybackClock clock, double? speed, TimeProvider pace, Action<DeribitRecord>? other = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(clock);
        if (speed is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, LeastSpeed, nameof(speed));
        }

        (_records, _clock, _speed, _pace, _other) = (records.GetEnumerator(), clock, speed, pace, other);
        MoveNext();
        if (_hasNext)
        {
            _clock.UnixTicks = Math.Max(_clock.UnixTicks, TicksOf(_next));
        }
    }

    /// <summary>Completes when the last message was read and the reader waits for more; fails with what broke the records off.</summary>
    public Task Completed => _completed.Task;

    /// <inheritdoc/>
    public DeribitClientStatus Status => _status;

    /// <inheritdoc/>
    public int Unread => 0;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stopped = cancellationToken.UnsafeRegister(static state => ((DeribitPlayback)state!).Stop(), this);
        await _over.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public bool TryRead([NotNullWhen(true)] out DeribitMessage? message)
    {
        message = null;
        while (!_stop.IsCancellationRequested && !_ownersTurn)
        {
            if (_due.TryDequeue(out message))
            {
                return true;
            }

            // Where the clock was set back while recording, time stands until the records have caught up.
            if (!_hasNext || TicksOf(_next) > _clock.UnixTicks)
            {
                return false;
            }

            message = Take(_next);
            MoveNext();
            if (message is not null && _due.Count > 0)
            {
                _due.Enqueue(message);
                message = null;
            }
            else if (message is not null)
            {
                return true;
            }
        }

        _ownersTurn = false;
        return false;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (!_hasNext && _due.Count == 0)
        {
            _completed.TrySetResult();
            return new(_over.Task);
        }

        if (_due.Count > 0 || TicksOf(_next) <= _clock.UnixTicks)
        {
            return new(true);
        }

        if (_startedAt == 0)
        {
            (_startedAt, _startTicks) = (_pace.GetTimestamp(), _clock.UnixTicks);
        }

        var to = NextStep();
        if (_speed is not { } speed)
        {
            _clock.UnixTicks = to;
            return new(true);
        }

        var wait = TimeSpan.FromTicks((long)((to - _startTicks) / speed)) - _pace.GetElapsedTime(_startedAt);
        if (wait >= LeastWait)
        {
            return MoveAfterAsync(wait, to);
        }

        _clock.UnixTicks = to;
        return new(true);
    }

    /// <inheritdoc/>
    public void Subscribe(IEnumerable<string> channels)
    {
        _channels.Want(channels);
        CountChannels();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Unsubscribe(IEnumerable<string> channels)
    {
        var carrying = _channels.Unwant(channels);
        CountChannels();
        return _status.Connected ? carrying : [];
    }

    /// <summary>Does nothing: the snapshot comes when the recording has one.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="cancellationToken">Not looked at.</param>
    public Task<IReadOnlyList<string>> ResubscribeAsync(IReadOnlyList<string> channels, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Does nothing: the connections are those of the recording.</summary>
    /// <param name="reason">Not looked at.</param>
    public void Reconnect(string reason)
    {
        // The recorded client has done what it did.
    }

    /// <summary>Answers past trades and the time, from what was played so far; everything else is refused.</summary>
    /// <param name="method">The method.</param>
    /// <param name="writeParams">Its parameters.</param>
    /// <param name="cancellationToken">Not looked at: the answer is there at once.</param>
    public Task<DeribitReply> CallAsync(string method, Action<Utf8JsonWriter>? writeParams, CancellationToken cancellationToken)
    {
        return method switch
        {
            "public/get_last_trades_by_instrument" => Answer(_trades.Page(RequestWriter.Write(0, method, writeParams))),
            "public/get_time" => Answer(Encoding.UTF8.GetBytes($"{_clock.UnixTicks / TimeSpan.TicksPerMillisecond}")),
            _ => Task.FromException<DeribitReply>(new DeribitRpcException(method, Unavailable, "a recording does not answer this")),
        };

        Task<DeribitReply> Answer(ReadOnlyMemory<byte> result) =>
            Task.FromResult(new DeribitReply { Result = result, ReceivedAtUnixNs = _clock.UnixTicks * TimeSpan.NanosecondsPerTick });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Stop();
        _records.Dispose();
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    private void CountChannels() =>
        _status = _status with { ChannelsWanted = _channels.Wanted.Count, ChannelsAcknowledged = _channels.Acknowledged };

    private void Stop()
    {
        if (_over.TrySetResult(false))
        {
            _stop.Cancel();
            _completed.TrySetCanceled(CancellationToken.None);
        }
    }

    private void MoveNext()
    {
        try
        {
            _hasNext = _records.MoveNext();
            _next = _hasNext ? _records.Current : default;
        }
        catch (Exception exception)
        {
            // The reader gets it too; whoever waits for the end must not wait for ever.
            _completed.TrySetException(exception);
            throw;
        }
    }

    private static long TicksOf(in DeribitRecord record) => record.ReceivedAtUnixNs / TimeSpan.NanosecondsPerTick;

    private long NextStep()
    {
        var (at, now) = (TicksOf(_next), _clock.UnixTicks);
        if (at - now > LongestSilenceTicks)
        {
            var skipped = at - now - LongestSilenceTicks;
            _startTicks += skipped;
            return now + skipped;
        }

        return Math.Min(at, (now / StepTicks + 1) * StepTicks);
    }

    private async ValueTask<bool> MoveAfterAsync(TimeSpan wait, long to)
    {
        await Task.Delay(wait, _pace, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stop.IsCancellationRequested)
        {
            _clock.UnixTicks = to;
        }

        return true;
    }
}
