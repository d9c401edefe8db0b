using Confluent.Kafka;

namespace MarketData.Kafka;

/// <summary>
/// One encoded message from its encoding to its acknowledgement. Its links and marks belong to the <see cref="InFlightList"/> that holds
/// it.
/// </summary>
internal sealed class PendingMessage
{
    private MessageFacts? _facts;

    /// <summary>The event, while it is in memory; null for a dead letter, and for a message that was read back from disk.</summary>
    public MarketDataEvent? Event { get; init; }

    /// <summary>What was read back from disk with the message.</summary>
    public MessageFacts? ReadFacts { get; init; }

    /// <summary>Whether the conservation law counts it; not so a dead letter, which is counted apart.</summary>
    public bool Counts => Event is not null || ReadFacts is not null;

    /// <summary>When what a dead letter tells of was received; null for an event, and for a letter that was read back from disk.</summary>
    public long? LetterOfUnixNs { get; init; }

    /// <summary>What is known of the event; null for a dead letter.</summary>
    public MessageFacts? Facts => ReadFacts ?? (_facts ??= Event is null ? null : MessageFacts.Of(Event));

    /// <summary>How many events had been taken from the queue when it was made: rises along the lane.</summary>
    public long Order { get; set; }

    /// <summary>Where it is in the spill log; 0 when it is not there.</summary>
    public long Address { get; set; }

    /// <summary>How many events the spill log had ever been given with it; says something while <see cref="Address"/> does.</summary>
    public long Number { get; set; }

    /// <summary>The instrument's key, for reports.</summary>
    public required string KeyText { get; init; }

    public required string Topic { get; init; }

    public required byte[] Key { get; init; }

    public required byte[] Value { get; init; }

    public required Headers Headers { get; set; }

    /// <summary>When it was first handed to a producer, on the monotonic clock.</summary>
    public long QueuedTimestamp { get; set; }

    /// <summary>How often its own delivery failed in a way that sending again may cure.</summary>
    public int Failures { get; set; }

    /// <summary>A broker may hold it although its acknowledgement is missing: sending it again may make a duplicate.</summary>
    public bool MayBeStored { get; set; }

    /// <summary>Whether the message already says that it may be a duplicate.</summary>
    public bool MarkedResent { get; set; }

    internal PendingMessage? Previous { get; set; }

    internal PendingMessage? Next { get; set; }

    internal bool Listed { get; set; }

    internal bool Sent { get; set; }

    internal bool Reported { get; set; }
}
