using System.Collections.Concurrent;

namespace MarketData.Kafka.Tests.Support;

/// <summary>Makes <see cref="FakeLink"/>s, and keeps what all of them accepted.</summary>
internal sealed class FakeBroker
{
    private readonly List<FakeLink> _links = [];
    private int _produceCalls;

    /// <summary>Decides about each message; the second argument is how many already wait.</summary>
    public Func<PendingMessage, int, ProduceOutcome> Answer { get; set; } = (_, _) => new ProduceOutcome(ProduceResult.Accepted);

    public bool AcknowledgeAtOnce { get; set; } = true;

    /// <summary>Every message that a producer accepted, in order, across producers.</summary>
    public ConcurrentQueue<PendingMessage> Log { get; } = new();

    public int ProduceCalls => Volatile.Read(ref _produceCalls);

    public FakeLink Link
    {
        get
        {
            lock (_links)
                return _links[^1];
        }
    }

    public int Links
    {
        get
        {
            lock (_links)
                return _links.Count;
        }
    }

    /// <summary>The ids that were accepted on a topic, in order.</summary>
    public long[] Ids(string topic) =>
        [.. Log.Where(sent => sent.Topic == topic).Select(IdOf).OfType<long>()];

    /// <summary>The id of an event's message, also of one that was read back from disk; null for a dead letter.</summary>
    public static long? IdOf(PendingMessage message) =>
        message.Event is { } marketEvent ? TestEvents.IdOf(marketEvent) : message.ReadFacts?.ToId;

    public void CountProduce() => Interlocked.Increment(ref _produceCalls);

    public IProducerLink Open(IProducerEvents events)
    {
        var link = new FakeLink(this, events);
        lock (_links)
            _links.Add(link);
        return link;
    }
}
