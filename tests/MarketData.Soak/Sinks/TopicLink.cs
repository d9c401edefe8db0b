using MarketData.Kafka;

namespace MarketData.Soak.Sinks;

/// <summary>One producer. Keeps order: when it breaks, some of what waits was stored, always the oldest.</summary>
internal sealed class TopicLink(Topic topic, IProducerEvents events) : IProducerLink
{
    private readonly Queue<PendingMessage> _waiting = new();
    private bool _broken;
    private bool _acknowledging;

    /// <inheritdoc/>
    public ProduceOutcome Produce(PendingMessage message)
    {
        if (_broken)
            return new ProduceOutcome(ProduceResult.Broken, "The soak broke the producer.");
        if (_waiting.Count >= topic.ProducerPlaces)
            return new ProduceOutcome(ProduceResult.QueueFull);
        if (topic.RefuseNext > 0 && !topic.IsCut && message.Event is OrderBookEvent or TradeEvent)
        {
            topic.RefuseNext--;
            topic.Refused++;
            topic.Reader.Refused(message.Event);
            return new ProduceOutcome(ProduceResult.Refused, "The soak calls the message too large.");
        }

        _waiting.Enqueue(message);
        Resume();
        return new ProduceOutcome(ProduceResult.Accepted);
    }

    /// <summary>The producer breaks, in one of the ways in which producers break.</summary>
    public void Break()
    {
        if (_broken)
            return;
        _broken = true;
        var stored = topic.IsAway || topic.IsCut ? 0 : topic.Dice.Between(0, _waiting.Count);
        var reported = topic.Dice.Chance(0.5);
        for (var i = 0; _waiting.TryDequeue(out var message); i++)
        {
            if (i < stored)
                topic.Store(message);
            if (reported)
                events.OnUnresolved(message, mayBeStored: i < stored || topic.Dice.Chance(0.5), ownFault: false, "The soak broke the producer.");
        }

        if (!reported)
            events.OnFatal("The soak broke the producer: out of sequence.");
    }

    public void TellAway() => events.OnUnreachable("The soak's Kafka is away.");

    /// <summary>Goes on acknowledging.</summary>
    public void Resume()
    {
        if (_acknowledging || topic.IsAway || _waiting.Count == 0)
            return;
        _acknowledging = true;
        topic.Time.After(topic.AcknowledgeAfter, () =>
        {
            _acknowledging = false;
            if (topic.IsAway)
                return;
            for (var count = _waiting.Count; count > 0 && _waiting.TryDequeue(out var message); count--)
                Acknowledge(message);
            Resume();
        });
    }

    /// <inheritdoc/>
    public void Flush(TimeSpan timeout)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _broken = true;
        _waiting.Clear();
    }

    private void Acknowledge(PendingMessage message)
    {
        if (topic.IsCut)
            return;
        topic.Store(message);
        if (message.Event is not null)
            topic.Acknowledged++;
        if (message.Event is TradeEvent trade && message.Topic == "market.trades")
            topic.Positions.Acknowledged(trade);
        events.OnAcknowledged(message, 0, topic.NextOffset());
    }
}
