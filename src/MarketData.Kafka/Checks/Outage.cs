using Confluent.Kafka;

namespace MarketData.Kafka.Checks;

/// <summary>Remembers what a client says in passing of brokers that it cannot reach: the question itself is answered by a mere time-out. Any thread.</summary>
internal sealed class Outage
{
    private volatile string? _reason;
    private volatile bool _isTotal;

    /// <summary>What the client said last of one of them; null: nothing.</summary>
    public string? Reason => _reason;

    /// <summary>Whether it has reached none.</summary>
    public bool IsTotal => _isTotal;

    /// <summary>Looks at what a client reports.</summary>
    public void Note(Error error)
    {
        if (error.Code == ErrorCode.Local_AllBrokersDown)
            _isTotal = true;
        else if (error.Code is ErrorCode.Local_Transport or ErrorCode.Local_Resolve)
            _reason = error.Reason;
    }
}
