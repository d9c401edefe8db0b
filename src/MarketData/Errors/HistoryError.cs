namespace MarketData;

/// <summary>The history cannot be read.</summary>
public sealed class HistoryError : MarketDataError
{
    /// <summary>Creates the error.</summary>
    /// <param name="store">The store's name, for example <c>clickhouse</c>.</param>
    /// <param name="message">A full sentence: what happened and what to do.</param>
    /// <param name="innerException">The cause, if another library raised it.</param>
    public HistoryError(string store, string message, Exception? innerException = null) : base(message, innerException) => Store = store;

    /// <summary>The store's name.</summary>
    public string Store { get; }
}
