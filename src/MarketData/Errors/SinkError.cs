namespace MarketData;

/// <summary>A sink (Kafka, Redis) cannot take events and cannot recover by itself.</summary>
public sealed class SinkError : MarketDataError
{
    /// <summary>Creates the error.</summary>
    /// <param name="sink">The sink's name, for example <c>kafka</c>.</param>
    /// <param name="message">A full sentence: what happened and what to do.</param>
    /// <param name="innerException">The cause, if another library raised it.</param>
    public SinkError(string sink, string message, Exception? innerException = null) : base(message, innerException) => Sink = sink;

    /// <summary>The sink's name.</summary>
    public string Sink { get; }
}
