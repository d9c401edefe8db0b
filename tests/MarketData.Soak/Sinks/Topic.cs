using MarketData.Kafka;
using MarketData.Soak.Oracle;
using MarketData.Soak.Time;

namespace MarketData.Soak.Sinks;

/// <summary>
/// Kafka as the lane sees it: producers that take messages, store them in order and acknowledge them later, or break. Comes in: messages.
/// Goes out: reports to the lane, and what is stored to the oracle. Owns: how Kafka does at the moment.
/// </summary>
internal sealed class Topic(VirtualTime time, Dice dice, Reader reader) : ITopicProvisioner
{
    /// <summary>What the brokers say that they take, in bytes: more than a producer sends by itself.</summary>
    private const int LargestBatch = 1_000_000;

    public VirtualTime Time { get; } = time;

    public Dice Dice { get; } = dice;

    public Reader Reader { get; } = reader;

    /// <summary>Where the trade tapes stand.</summary>
    public TapePositions Positions { get; } = new();

    /// <summary>The producer that is open; null before the first.</summary>
    public TopicLink? Link { get; private set; }

    /// <summary>Whether no broker answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>How long an acknowledgement takes.</summary>
    public TimeSpan AcknowledgeAfter { get; set; } = TimeSpan.FromMilliseconds(4);

    /// <summary>Messages that a producer holds at most.</summary>
    public int ProducerPlaces { get; set; } = int.MaxValue;

    /// <summary>Messages that will be refused for good.</summary>
    public int RefuseNext { get; set; }

    /// <summary>Distinct events that were acknowledged or refused in this run.</summary>
    public long Acknowledged { get; set; }

    public long Refused { get; set; }

    private long _offset;

    public long NextOffset() => _offset++;

    public IProducerLink Open(IProducerEvents events) => Link = new TopicLink(this, events);

    /// <summary>A message is on the topic.</summary>
    public void Store(PendingMessage message)
    {
        Reader.Stored(message);
        if (message.Event is TradeEvent trade && message.Topic == "market.trades")
            Positions.Stored(trade);
    }

    /// <summary>A collector that was killed: nothing of it reaches Kafka from here on.</summary>
    public void Cut() => IsCut = true;

    public bool IsCut { get; private set; }

    public void BeginRun() => (Acknowledged, Refused, IsCut) = (0, 0, false);

    public void GoAway()
    {
        IsAway = true;
        Link?.TellAway();
    }

    public void ComeBack()
    {
        IsAway = false;
        Link?.Resume();
    }

    public void Heal()
    {
        (AcknowledgeAfter, ProducerPlaces, RefuseNext) = (TimeSpan.FromMilliseconds(4), int.MaxValue, 0);
        if (IsAway)
            ComeBack();
    }

    /// <inheritdoc/>
    public Task<TopicsOutcome> TryAsync(CancellationToken cancellationToken) =>
        Task.FromResult(IsAway
            ? new TopicsOutcome(TopicsState.Unreachable, "The soak's Kafka is away.")
            : new TopicsOutcome(TopicsState.Ready, LargestBatch: LargestBatch));
}
