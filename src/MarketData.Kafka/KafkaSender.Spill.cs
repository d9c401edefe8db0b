using System.Globalization;

namespace MarketData.Kafka;

/// <content>
/// What goes to disk and when it comes back. While the log holds anything unread, every new message goes to its end; read back are its
/// oldest ones, so the order stays. All of this runs on the sender's task.
/// </content>
internal sealed partial class KafkaSender
{
    /// <summary>So many messages go to disk before the producer gets its turn again.</summary>
    private const int SpillBatch = 256;

    // What was found before it was known for which exchange: at most what a start finds.
    private readonly Queue<(IntegrityKind Kind, long? FromUnixMs, string Detail)> _unaddressed = [];
    private SpillQueue? _spill;
    private string _exchange = "";
    private volatile bool _isSick;
    private bool _isSpilling;
    private int _tick;
    private long _outcomes;
    private long _seenOutcomes;
    private long _progressAt;
    private long _readOrder;
    private long? _blockedSinceUnixMs;

    /// <summary>Gives the sender a log to spill to, with what an earlier run left in it. Before <see cref="RunAsync"/>.</summary>
    /// <param name="spill">The log; the sender disposes it.</param>
    /// <param name="found">What is in it.</param>
    public void Attach(SpillQueue spill, SpillContent found)
    {
        (_spill, _isSpilling, _exchange) = (spill, found.Messages > 0, found.Exchange);
        if (found.Lost > 0)
        {
            _parts.Counters.AddIn(found.Lost);
            Lose(found.Lost);
        }
        if (found.HasUnknownLoss)
        {
            _parts.Logger.SpillLossUnknown(spill.Path);
            Report(IntegrityKind.Rejected, null, "A part of the spill log could not be read back; how many events it held is not known.");
        }
    }

    /// <summary>Time has passed, or a publisher waits for room: what depends on either is looked at.</summary>
    public void Tick()
    {
        Interlocked.Exchange(ref _tick, 1);
        _wake.Set();
    }

    /// <summary>Everything that is due besides sending.</summary>
    /// <returns>Whether messages went to disk, so that there may be more to do.</returns>
    private async ValueTask<bool> TendAsync(CancellationToken cancellationToken)
    {
        var isDue = Volatile.Read(ref _tick) != 0 && Interlocked.Exchange(ref _tick, 0) != 0;
        if (_flushes.HasAny)
            CompleteFlushes();
        await AskGateAgainAsync(isDue);
        if (isDue)
            await RecallAsync();
        if (_spill is null)
            return false;
        if (isDue)
        {
            if (_spill.TryUnblock())
                await ResumeSpillingAsync(cancellationToken);
            _parts.Health.IsStalled = _isSick = IsSick();
            if (!_isSpilling && MustSpill())
                await BeginSpillingAsync(cancellationToken);
        }
        else if (!_isSpilling)
        {
            return false;
        }
        var moved = _isSpilling ? MoveToDisk() : 0;
        if (isDue || _spill.WantsCommit)
            await CommitAsync(cancellationToken);
        NoteBlocked();
        return moved > 0;
    }

    /// <summary>Whether Kafka takes nothing: no broker answers, or none has acknowledged anything for too long.</summary>
    private bool IsSick()
    {
        var now = _parts.TimeProvider.GetTimestamp();
        var outcomes = Interlocked.Read(ref _outcomes);
        if (outcomes != _seenOutcomes || _inFlight.Sent == 0 || _progressAt == 0)
            (_seenOutcomes, _progressAt) = (outcomes, now);
        return _parts.Health.IsUnreachable || _parts.TimeProvider.GetElapsedTime(_progressAt, now) >= _parts.Options.Spill.After;
    }

    private bool MustSpill()
    {
        if (!_topicsReady || _isSick)
            return true;
        var isHeldLong = _heldSince is { } since && _parts.TimeProvider.GetElapsedTime(since) >= _parts.Options.Spill.After;
        return isHeldLong || ((_isPaused || _isHeld) && _queue.Count >= _parts.Options.QueueCapacity / 2);
    }

    private async Task BeginSpillingAsync(CancellationToken cancellationToken)
    {
        _isSpilling = true;
        _parts.Logger.SpillBegins(_spill!.Path, _parts.Health.WhyNothingIsSent, _inFlight.Count, _queue.Count);
        await AppendOnTheirWayAsync(cancellationToken);
    }

    /// <summary>There is room again: first in the log comes what is on its way.</summary>
    private async Task ResumeSpillingAsync(CancellationToken cancellationToken)
    {
        if (_isSpilling)
            await AppendOnTheirWayAsync(cancellationToken);
        NoteBlocked();
    }

    /// <summary>
    /// Writes down what the producer has, so that a kill does not lose it, and what comes after it in the log stays after it.
    /// </summary>
    private async Task AppendOnTheirWayAsync(CancellationToken cancellationToken)
    {
        foreach (var message in _inFlight.WithoutAddress())
        {
            SpillResult result;
            while ((result = _spill!.AppendTaken(message)) == SpillResult.Busy)
            {
                await CommitAsync(cancellationToken);
                await Task.Yield();
            }
            if (result == SpillResult.Blocked)
                break;
        }
        _spill!.MarkTakenAsSent();
    }

    private int MoveToDisk()
    {
        var moved = 0;
        while (moved < SpillBatch && PeekNew() is { } message)
        {
            var result = _spill!.Append(message);
            if (result is SpillResult.Busy or SpillResult.Blocked)
                break;
            _encoded.Dequeue();
            if (result == SpillResult.TooLarge)
            {
                _rejections.Take(message, $"It has {message.Value.Length} bytes, more than an entry of the spill log holds.");
                continue;
            }
            moved++;
            if (!message.Counts)
                continue;
            _parts.Counters.AddSpilled();
            _parts.Troubles.AddSpilled();
        }
        return moved;
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _spill!.CommitAsync(_inFlight.OldestOnDisk, cancellationToken);
        _parts.Troubles.SetSpillBytes(_spill.Bytes);
    }

    /// <summary>The next message from the disk, when it is the disk's turn.</summary>
    /// <param name="message">The message; null when the disk has nothing (any more).</param>
    /// <returns>Whether the sender must wait for the disk.</returns>
    private bool TakesFromDisk(out PendingMessage? message)
    {
        message = null;
        if (!_isSpilling)
            return false;
        if (_spill!.TryTake() is { } spilled)
        {
            message = spilled;
            _readOrder = spilled.Order;
            if (spilled.Counts)
                _parts.Counters.AddSpilled(-1);
            return false;
        }
        GiveUpUnreadable();
        if (!_spill.IsRead)
            return true;
        _isSpilling = false;
        _parts.Logger.SpillEnds(_spill.Path);
        return false;
    }

    private void GiveUpUnreadable()
    {
        if (_spill!.GiveUpUnreadable() is not (> 0 and var lost))
            return;
        _parts.Counters.AddSpilled(-lost);
        Lose(lost);
    }

    private void Lose(long events)
    {
        _parts.Counters.AddLost(events);
        _parts.Logger.SpillUnreadable(events, _spill!.Path);
        Report(IntegrityKind.Rejected, null, $"{events} events in the spill log could not be read back.");
    }

    /// <summary>The intake will stop, or goes on: one pair of events for the whole exchange.</summary>
    private void NoteBlocked()
    {
        var blocked = _isSpilling ? _spill!.Blocked : null;
        if ((blocked is null) == (_blockedSinceUnixMs is null))
            return;
        var since = _blockedSinceUnixMs;
        var now = _parts.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        if (blocked is not null)
        {
            _blockedSinceUnixMs = now;
            _parts.Logger.SpillBlocked(_spill!.Path, blocked);
            Report(IntegrityKind.Stale, now, $"Kafka is away and the spill log takes no more, because {blocked}; the intake stops.");
            return;
        }
        _blockedSinceUnixMs = null;
        _parts.Logger.SpillTakesAgain(_spill!.Path);
        Report(IntegrityKind.Resynced, since, "The spill log takes events again, or is not needed any more; the intake goes on.");
    }

    private void Report(IntegrityKind kind, long? fromUnixMs, string detail)
    {
        if (_exchange.Length == 0)
        {
            _unaddressed.Enqueue((kind, fromUnixMs, detail));
            return;
        }
        var now = _parts.TimeProvider.GetUtcNow();
        _rejections.Report(new IntegrityEvent
        {
            Exchange = _exchange,
            InstrumentName = "*",
            Key = $"{_exchange}.*",
            ExchangeTimeUnixMs = 0,
            ReceivedAtUnixNs = (now - DateTimeOffset.UnixEpoch).Ticks * 100,
            Channel = "connection",
            Kind = kind,
            FromTimeUnixMs = fromUnixMs,
            ToTimeUnixMs = kind == IntegrityKind.Stale ? null : now.ToUnixTimeMilliseconds(),
            Detail = detail,
        });
    }

    /// <summary>The first event says whose ledger it is.</summary>
    private void ReportUnaddressed()
    {
        while (_unaddressed.TryDequeue(out var report))
            Report(report.Kind, report.FromUnixMs, report.Detail);
    }

    /// <summary>At the end: everything without an outcome goes to disk, in order.</summary>
    /// <returns>The messages that are not there, and how many more events the disk lost.</returns>
    private async Task<(List<PendingMessage> Unsent, long Lost)> SpillRestAsync()
    {
        if (_spill is null)
            return (_inFlight.Clear(), 0);
        if (_spill.TryUnblock() || !_isSpilling)
            await AppendOnTheirWayAsync(CancellationToken.None);
        _isSpilling = true;
        while (MoveToDisk() > 0 || (_spill.Blocked is null && PeekNew() is not null))
            await CommitAsync(CancellationToken.None);
        await CommitAsync(CancellationToken.None);
        var unsent = _inFlight.Clear();
        var kept = unsent.Count(message => message is { Counts: true, Address: > 0 });
        var lost = _spill.NotDurable;
        _parts.Counters.AddSpilled(kept - lost);
        if (_parts.Counters.Spilled > 0)
            _parts.Logger.SpillKept(_parts.Counters.Spilled, _spill.Bytes.ToString(CultureInfo.InvariantCulture), _spill.Path);
        _spill.Dispose();
        return ([.. unsent.Where(message => message.Address == 0)], lost);
    }
}
