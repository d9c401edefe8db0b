using System.Collections.Concurrent;

namespace MarketData.Kafka.Tests.Support;

/// <summary>A producer that does what the test says: accepts or refuses, and reports when told.</summary>
internal sealed class FakeLink(FakeBroker broker, IProducerEvents events) : IProducerLink
{
    public IProducerEvents Events { get; } = events;

    public bool Disposed { get; private set; }

    /// <summary>Accepted and not yet reported, in order.</summary>
    public ConcurrentQueue<PendingMessage> Waiting { get; } = new();

    public ProduceOutcome Produce(PendingMessage message)
    {
        Assert.False(Disposed, "A disposed producer was used.");
        broker.CountProduce();
        var outcome = broker.Answer(message, Waiting.Count);
        if (outcome.Result != ProduceResult.Accepted)
            return outcome;
        broker.Log.Enqueue(message);
        if (broker.AcknowledgeAtOnce)
            Events.OnAcknowledged(message, 0, -1);
        else
            Waiting.Enqueue(message);
        return outcome;
    }

    /// <summary>Acknowledges the oldest that wait.</summary>
    public void Acknowledge(int count = int.MaxValue)
    {
        while (count-- > 0 && Waiting.TryDequeue(out var message))
            Events.OnAcknowledged(message, 0, -1);
    }

    public void Flush(TimeSpan timeout)
    {
    }

    public void Dispose() => Disposed = true;
}
