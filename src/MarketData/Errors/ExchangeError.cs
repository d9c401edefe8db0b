namespace MarketData;

/// <summary>An exchange could not be reached, or refused a request that cannot be retried.</summary>
public sealed class ExchangeError : MarketDataError
{
    /// <summary>Creates the error.</summary>
    /// <param name="exchange">The exchange's name.</param>
    /// <param name="message">A full sentence: what happened and what to do.</param>
    /// <param name="innerException">The cause, if another library raised it.</param>
    public ExchangeError(string exchange, string message, Exception? innerException = null) : base(message, innerException) => Exchange = exchange;

    /// <summary>The exchange's name.</summary>
    public string Exchange { get; }
}
