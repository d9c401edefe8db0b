namespace MarketData.Kafka;

/// <summary>What a producer tells, on a thread of its own.</summary>
internal interface IProducerEvents
{
    /// <summary>A broker acknowledged the message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="partition">The partition that holds it.</param>
    /// <param name="offset">Its offset there; -1 when the broker did not say.</param>
    void OnAcknowledged(PendingMessage message, int partition, long offset);

    /// <summary>The message can never be delivered.</summary>
    void OnRefused(PendingMessage message, string reason);

    /// <summary>The message came back without an outcome; a new producer must send it again.</summary>
    /// <param name="message">The message.</param>
    /// <param name="mayBeStored">Whether a broker may hold it.</param>
    /// <param name="ownFault">Whether the failure is the message's own, rather than the producer's.</param>
    /// <param name="reason">Why, as a sentence.</param>
    void OnUnresolved(PendingMessage message, bool mayBeStored, bool ownFault, string reason);

    /// <summary>A broker refused the batch that the message was in; in a smaller one, which only a new producer makes, it may pass.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reason">Why, as a sentence.</param>
    void OnBatchRefused(PendingMessage message, string reason);

    /// <summary>The message's topic is not there (any more); a new producer must send it again when it is.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reason">Why, as a sentence.</param>
    void OnTopicMissing(PendingMessage message, string reason);

    /// <summary>The producer is broken for good.</summary>
    void OnFatal(string reason);

    /// <summary>No broker answers.</summary>
    void OnUnreachable(string reason);

    /// <summary>A broker answers.</summary>
    void OnReachable();
}
