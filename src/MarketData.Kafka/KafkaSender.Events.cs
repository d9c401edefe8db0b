namespace MarketData.Kafka;

/// <content>What the producer tells, on its own thread: nothing here waits.</content>
internal sealed partial class KafkaSender : IProducerEvents
{
    void IProducerEvents.OnAcknowledged(PendingMessage message)
    {
        if (!_inFlight.Remove(message))
            return;
        if (message.Event is { } marketEvent)
        {
            _parts.Counters.AddAcknowledged();
            if (marketEvent is not OrderBookEvent { VerifiedAtUnixNs: not null })
                _parts.Lag?.Record(marketEvent.ReceivedAtUnixNs);
        }
        else
        {
            _parts.Troubles.AddDeadLetter();
        }
        _attempt = 0;
        _parts.Health.Acknowledged();
        SignalProgress();
    }

    void IProducerEvents.OnRefused(PendingMessage message, string reason)
    {
        Reject(message, reason);
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

    void IProducerEvents.OnFatal(string reason) => Break(reason);

    void IProducerEvents.OnUnreachable(string reason) => _parts.Health.Unreachable(reason);

    void IProducerEvents.OnReachable() => _parts.Health.Reachable();

    private void Break(string reason)
    {
        _fault ??= reason;
        _parts.Health.Rebuilding(reason);
        _wake.Set();
        _room.Set();
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
        if (_inFlight.Sent <= _resumeAt)
            _room.Set();
        // An idle sender is only waiting for outcomes when it drains, or for reports that an outcome made.
        if (_queue.Completion.IsCompleted || !_rejections.IsEmpty)
            _wake.Set();
    }
}
