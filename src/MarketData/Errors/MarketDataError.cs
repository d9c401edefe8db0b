namespace MarketData;

/// <summary>The base of every fault that MarketData itself raises. The message says what happened, with which values, and what to do.</summary>
public abstract class MarketDataError : Exception
{
    private protected MarketDataError(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
