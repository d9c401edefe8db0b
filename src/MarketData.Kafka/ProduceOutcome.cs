namespace MarketData.Kafka;

/// <summary>What became of handing a message to a producer.</summary>
/// <param name="Result">The outcome.</param>
/// <param name="Reason">Why it was not accepted, as a sentence.</param>
internal readonly record struct ProduceOutcome(ProduceResult Result, string Reason = "");

/// <summary>The outcomes of <see cref="IProducerLink.Produce"/>.</summary>
internal enum ProduceResult
{
    /// <summary>Taken; a delivery report follows.</summary>
    Accepted,

    /// <summary>The producer's own queue is full for now.</summary>
    QueueFull,

    /// <summary>The producer is broken for good.</summary>
    Broken,

    /// <summary>The topic is not there (any more).</summary>
    TopicMissing,

    /// <summary>The message can never be sent.</summary>
    Refused,
}
