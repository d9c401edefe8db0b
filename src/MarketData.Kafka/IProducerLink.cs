namespace MarketData.Kafka;

/// <summary>One producer, as the sender sees it; a broken one is disposed and replaced.</summary>
internal interface IProducerLink : IDisposable
{
    /// <summary>Hands one message over without waiting. Its delivery report goes to <see cref="IProducerEvents"/>.</summary>
    ProduceOutcome Produce(PendingMessage message);

    /// <summary>Waits, blocking, for the reports of what was handed over.</summary>
    void Flush(TimeSpan timeout);
}
