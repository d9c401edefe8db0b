using MarketData.Pipeline;

namespace MarketData.Kafka;

/// <content>What the producer tells, on its own thread: nothing here waits.</content>
internal sealed partial class KafkaSender : IProducerEvents
{
    void IProducerEvents.OnAcknowledged(PendingMessage message, int partition, long offset)
    {
        if (!_inFlight.Remove(message))
            return;
        if (message.Counts)
        {
            _parts.Counters.AddAcknowledged();
            Tell(message, partition, offset);
        }
        else
        {
            _parts.Troubles.AddDeadLetter();
        }
        _attempt = 0;
        _parts.Health.Acknowledged();
        Interlocked.Increment(ref _outcomes);
        if (_isSick)
        {
            _isSick = false;
            _wake.Set();
        }
        SignalProgress();
    }

    void IProducerEvents.OnRefused(PendingMessage message, string reason)
    {
        Reject(message, reason);
        Interlocked.Increment(ref _outcomes);
        SignalProgress();
    }

    void IProducerEvents.OnUnresolved(PendingMessage message, bool mayBeStored, bool ownFault, string reason)
    {
        if (ownFault && ++message.Failures >= AttemptsPerMessage)
        {
            Reject(message, $"{reason} ({AttemptsPerMessage} attempts)");
            SignalProgress();
            return;
        }
        _inFlight.MarkReported(message, mayBeStored);
        Break(reason);
    }

    void IProducerEvents.OnBatchRefused(PendingMessage message, string reason)
    {
        _inFlight.MarkReported(message, mayBeStored: false);
        // What is behind the batch must not get there before it.
        _isOutOfOrder = true;
        Break(reason);
    }

    void IProducerEvents.OnTopicMissing(PendingMessage message, string reason)
    {
        _inFlight.MarkReported(message, mayBeStored: false);
        MissTopic(reason);
    }

    void IProducerEvents.OnFatal(string reason) => Break(reason);

    void IProducerEvents.OnUnreachable(string reason) => _parts.Health.Unreachable(reason);

    void IProducerEvents.OnReachable() => _parts.Health.Reachable();

    /// <summary>Tells who wants to know of an acknowledged event, without needing the event itself.</summary>
    private void Tell(PendingMessage message, int partition, long offset)
    {
        var (receivedAt, measuresLag) = message.Event is { } marketEvent
            ? (marketEvent.ReceivedAtUnixNs, marketEvent is not OrderBookEvent { VerifiedAtUnixNs: not null })
            : (message.Facts!.ReceivedAtUnixNs, message.Facts.MeasuresLag);
        if (measuresLag)
            _parts.Lag?.Record(receivedAt);
        // What arrives late may belong to another replica by now, which tells where the tape stands.
        if (_parts.Trades is not null && message.Facts is { Kind: MessageKind.Trade, ToId: { } sequence } facts
            && _parts.Gate.Ask(message.KeyText, ReceivedAt(message)) != GateAnswer.Lost)
        {
            _parts.Trades.Acknowledged(
                message.KeyText, sequence, facts.TradeId, facts.ExchangeTimeUnixMs, facts.CompleteUpTo, partition, offset);
        }
    }

    private void Break(string reason)
    {
        _fault ??= reason;
        _parts.Health.Rebuilding(reason);
        _wake.Set();
    }

    /// <summary>Nothing more is sent until whoever has the topics made says that they are there, see <see cref="TopicsReady"/>.</summary>
    private void MissTopic(string reason)
    {
        // What is behind the message must not get there before it when the topic comes back.
        _isOutOfOrder = true;
        if (_isTopicMissing)
            return;
        _topicsReady = false;
        _isTopicMissing = true;
        _parts.Health.TopicMissing(reason);
        _wake.Set();
    }

    private void Reject(PendingMessage message, string reason)
    {
        Interlocked.Increment(ref _rejecting);
        if (_inFlight.Remove(message))
            _rejections.Take(message, reason);
        Interlocked.Decrement(ref _rejecting);
    }

    private void SignalProgress()
    {
        // An idle sender waits for outcomes when it is paused, drains or flushes, or for reports that an outcome made.
        if (_inFlight.Sent <= _resumeAt || _queue.Completion.IsCompleted || !_rejections.IsEmpty || _flushes.HasAny)
            _wake.Set();
    }
}
