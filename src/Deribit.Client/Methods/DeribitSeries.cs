namespace Deribit.Client;

/// <summary>Rows of a time series that the exchange publishes. Immutable; may be kept.</summary>
/// <typeparam name="T">A row.</typeparam>
/// <param name="Rows">The rows in the order of the reply.</param>
public sealed record DeribitSeries<T>(IReadOnlyList<T> Rows)
{
    /// <summary>The end of the page that goes on, in milliseconds since the Unix epoch; null when there is no more, or the method has no pages.</summary>
    public long? Continuation { get; init; }

    /// <summary>Our clock when the rows arrived, in nanoseconds since the Unix epoch; 0 when unknown.</summary>
    public long ReceivedAtUnixNs { get; init; }
}
