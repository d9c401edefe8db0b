using System.Threading.Channels;

namespace MarketData.Kafka;

/// <summary>
/// The sending half of the lane. Comes in: events from the bounded queue, outcomes from the producer. Goes out: messages to the producer,
/// in order. Owns: the producer, the list of unacknowledged messages, the spill log and the queue of reports. Runs on: one task
/// (<see cref="RunAsync"/>); the members of <see cref="IProducerEvents"/> run on the producer's thread.
/// </summary>
internal sealed partial class KafkaSender
{
    /// <summary>How often a message's own unexplained failure is met with another attempt.</summary>
    private const int AttemptsPerMessage = 3;

    /// <summary>No count of messages is as low.</summary>
    private const int NotPaused = -1;

    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FullRecheck = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly LaneParts _parts;
    private readonly InFlightList _inFlight;
    private readonly ChannelReader<MarketDataEvent> _queue;
    private readonly MessageFactory _factory;
    private readonly Func<IProducerEvents, IProducerLink> _newLink;
    private readonly LogThrottle _throttle;
    private readonly RejectionDesk _rejections;
    private readonly Backoff _backoff;
    private readonly AsyncSignal _wake = new();
    private readonly Queue<PendingMessage> _encoded = new();
    private IProducerLink? _link;
    private volatile string? _fault;
    private volatile bool _topicsReady;
    private volatile bool _needsNewProducer;
    private volatile bool _isTopicMissing;
    private volatile bool _isOutOfOrder;
    private volatile int _attempt;
    private volatile int _resumeAt = NotPaused;
    private bool _isPaused;
    private int _rejecting;
    private long _order;

    public KafkaSender(
        LaneParts parts, InFlightList inFlight, ChannelReader<MarketDataEvent> queue, MessageFactory factory,
        Func<IProducerEvents, IProducerLink> newLink)
    {
        (_parts, _inFlight, _queue, _factory, _newLink) = (parts, inFlight, queue, factory, newLink);
        _throttle = new LogThrottle(parts.TimeProvider, LogInterval);
        _rejections = new RejectionDesk(parts, factory, _throttle);
        _backoff = new Backoff(parts.TimeProvider, parts.Jitter);
    }

    /// <summary>Creates the first producer.</summary>
    /// <exception cref="InvalidOperationException">The client library refuses the properties.</exception>
    public void Open() => _link = _newLink(this);

    /// <summary>Says that there is something new in the queue, or that it is complete.</summary>
    public void Wake() => _wake.Set();

    /// <summary>The topics exist: until then nothing is sent, or a first use would create them with the broker's defaults.</summary>
    /// <param name="needsNewProducer">Whether the properties of a producer are others than when the present one was made.</param>
    public void TopicsReady(bool needsNewProducer)
    {
        _needsNewProducer = needsNewProducer;
        _topicsReady = true;
        _wake.Set();
    }

    /// <summary>Sends until the queue is complete and everything is acknowledged or refused.</summary>
    /// <exception cref="SinkError">The producer broke more often in a row than is bearable.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ending = ending.Token;
        try
        {
            await SendAllAsync(cancellationToken);
        }
        finally
        {
            await ending.CancelAsync();
            if (_gateWait is not null)
                await _gateWait;
        }
    }

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_fault is { } fault)
            {
                await RebuildAsync(fault, cancellationToken);
                continue;
            }
            if (_isTopicMissing)
            {
                // At once, and without a flush: see MissTopic.
                await ReplaceLinkAsync();
                _isTopicMissing = false;
                continue;
            }
            if (_topicsReady && _needsNewProducer)
            {
                _needsNewProducer = false;
                await ReplaceLinkAsync();
            }
            var hasMoved = await TendAsync(cancellationToken);
            if (NextMessage() is { } message)
                await SendAsync(message, cancellationToken);
            else if (IsDone())
                return;
            else if (!hasMoved)
                await _wake.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Ends the producer, after which nothing is reported any more; what has no outcome goes to disk, and what cannot is given up.
    /// </summary>
    /// <returns>How many events had no outcome and are nowhere.</returns>
    public async Task<long> CloseAsync()
    {
        await CloseLinkAsync(flush: false);
        // Before what has no outcome is put aside: nobody who waits may take that for one.
        var settled = SettledUpTo();
        var (unsent, leftover) = await SpillRestAsync();
        unsent.AddRange(_encoded);
        leftover += unsent.Count(message => message.Counts);
        var deadLetters = unsent.Count(message => !message.Counts);
        while (_rejections.TryTakeDeadLetter(out _))
            deadLetters++;
        for (var lost = 0; lost < deadLetters; lost++)
            _parts.Troubles.AddDeadLetterLost();
        while (_queue.TryRead(out _))
            leftover++;
        while (_rejections.TryTakeReport(out _))
            leftover++;
        _flushes.End(settled);
        return leftover;
    }

    /// <summary>The next to send: what a producer gave back, then the disk, then dead letters and reports, then the queue.</summary>
    private PendingMessage? NextMessage()
    {
        if (!_topicsReady || _isHeld || IsPaused())
            return null;
        if (_inFlight.Next is { } again)
            return again;
        if (_isSick || TakesFromDisk(out var spilled))
            return null;
        if (spilled is not null)
            return Append(spilled);
        if (PeekNew() is not { } message)
            return null;
        _encoded.Dequeue();
        return Append(message);
    }

    /// <summary>The next message that is new, which stays where it is until it is taken out of <see cref="_encoded"/>.</summary>
    private PendingMessage? PeekNew()
    {
        if (_encoded.TryPeek(out var encoded))
            return encoded;
        if (_rejections.TryTakeDeadLetter(out var deadLetter))
            return Enqueue(deadLetter);
        while (NextEvent() is { } marketEvent)
        {
            if (Encode(marketEvent) is not { } message)
                continue;
            Enqueue(message);
            if (marketEvent is IntegrityEvent integrity && _factory.DeadLetterOf(integrity) is { } raw)
                Enqueue(raw);
            return message;
        }
        return null;
    }

    private MarketDataEvent? NextEvent()
    {
        if (_rejections.TryTakeReport(out var report))
            return report;
        if (!_queue.TryRead(out var marketEvent))
            return null;
        _order++;
        _exchange = marketEvent.Exchange;
        if (_unaddressed.Count > 0)
            ReportUnaddressed();
        return marketEvent;
    }

    private PendingMessage Enqueue(PendingMessage message)
    {
        message.Order = _order;
        _encoded.Enqueue(message);
        return message;
    }

    private PendingMessage Append(PendingMessage message)
    {
        message.QueuedTimestamp = _parts.TimeProvider.GetTimestamp();
        _inFlight.Append(message);
        return message;
    }

    private PendingMessage? Encode(MarketDataEvent marketEvent)
    {
        try
        {
            return _factory.Of(marketEvent);
        }
        catch (Exception exception)
        {
            // One event that cannot be written is that event's fault alone.
            _rejections.Take(_factory.Unencoded(marketEvent), $"The event could not be encoded: {exception.Message}");
            return null;
        }
    }

    private async ValueTask SendAsync(PendingMessage message, CancellationToken cancellationToken)
    {
        if (!PassesGate(message))
            return;
        if (message is { MayBeStored: true, MarkedResent: false })
        {
            _factory.MarkResent(message);
            _parts.Troubles.AddResent();
        }
        _inFlight.Advance();
        var outcome = _link!.Produce(message);
        switch (outcome.Result)
        {
            case ProduceResult.Accepted:
                break;
            case ProduceResult.QueueFull:
                _inFlight.Retreat(message);
                await PauseAsync(cancellationToken);
                break;
            case ProduceResult.Broken:
                _inFlight.Retreat(message);
                Break(outcome.Reason);
                break;
            case ProduceResult.TopicMissing:
                _inFlight.Retreat(message);
                MissTopic(outcome.Reason);
                break;
            default:
                Reject(message, outcome.Reason);
                break;
        }
    }

    /// <summary>
    /// The producer's queue is full: pauses until half of it is through, so that a full queue is not asked at every report.
    /// </summary>
    private async ValueTask PauseAsync(CancellationToken cancellationToken)
    {
        var sent = _inFlight.Sent;
        _parts.Troubles.AddQueueFullPause();
        if (_throttle.Allow("full", out var suppressed))
            _parts.Logger.QueueFull(sent, suppressed);
        if (sent == 0)
        {
            // Full of what is not ours to wait for, such as reports that the library has not handed out yet.
            await Task.Delay(FullRecheck, _parts.TimeProvider, cancellationToken);
            return;
        }
        _resumeAt = sent / 2;
        _isPaused = true;
    }

    private bool IsPaused()
    {
        if (!_isPaused)
            return false;
        if (_inFlight.Sent > _resumeAt)
            return true;
        _isPaused = false;
        _resumeAt = NotPaused;
        return false;
    }

    private async Task RebuildAsync(string reason, CancellationToken cancellationToken)
    {
        await CloseLinkAsync(flush: !_isOutOfOrder);
        // Acknowledgements that the flush brought have cleared it.
        _parts.Health.Rebuilding(reason);
        while (true)
        {
            var attempt = ++_attempt;
            if (attempt > _parts.Options.RebuildAttempts)
            {
                throw new SinkError(
                    "kafka",
                    $"The Kafka producer broke {attempt - 1} times without an acknowledgement between: {reason} Remove the cause and restart.");
            }
            _parts.Logger.ProducerBroke(attempt, reason, _inFlight.Count);
            await _backoff.WaitAsync(attempt, cancellationToken);
            try
            {
                OpenLink();
                _parts.Troubles.AddProducerRebuild();
                _parts.Logger.ProducerRebuilt(_inFlight.Count);
                return;
            }
            catch (InvalidOperationException exception)
            {
                _parts.Logger.RebuildFailed(exception);
            }
        }
    }

    /// <summary>Ends a producer that is not broken; a new one gets what it had.</summary>
    private async Task ReplaceLinkAsync()
    {
        await CloseLinkAsync(flush: false);
        try
        {
            OpenLink();
        }
        catch (InvalidOperationException exception)
        {
            Break(exception.Message);
        }
    }

    /// <summary>A new producer, which gets everything without an outcome from the beginning.</summary>
    private void OpenLink()
    {
        _inFlight.Rewind();
        _isPaused = _isOutOfOrder = false;
        // Before the new producer can break in its turn.
        _fault = null;
        _link = _newLink(this);
    }

    /// <summary>Ends the producer on a thread that may block.</summary>
    private async Task CloseLinkAsync(bool flush)
    {
        if (_link is not { } link)
            return;
        _link = null;
        await Task.Run(() =>
        {
            if (flush)
                link.Flush(FlushTimeout);
            link.Dispose();
        });
    }

    // In this order: a message that has left the list but has not reached the desk yet shows in _rejecting.
    private bool IsDone() => _queue.Completion.IsCompleted && _encoded.Count == 0 && !_isSpilling
        && _inFlight.Count == 0 && Volatile.Read(ref _rejecting) == 0 && _rejections.IsEmpty;
}
