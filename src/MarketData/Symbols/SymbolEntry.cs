namespace MarketData.Symbols;

/// <summary>One record of <c>market.symbols</c>: a name or pattern that operators want collected, or not.</summary>
public sealed record SymbolEntry
{
    /// <summary>Every kind of data, which an entry is for unless it says otherwise.</summary>
    public const DataKind AllKinds = DataKind.OrderBook | DataKind.Trade | DataKind.Ticker;

    /// <summary>The exchange's name in lower case, for example <c>deribit</c>.</summary>
    public required string Exchange { get; init; }

    /// <summary>
    /// A name (<c>BTC-PERPETUAL</c>), a pattern (<c>BTC-*</c>), or properties (<c>kind=option currency=BTC expiry&lt;=60d</c>).
    /// </summary>
    public required string Selector { get; init; }

    /// <summary>Whether it is to be collected; false keeps the entry without effect.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Which kinds of data it is wanted for.</summary>
    public DataKind Kinds { get; init; } = AllKinds;

    /// <summary>The record's key: <c>deribit.BTC-*</c>.</summary>
    public string Key => $"{Exchange}.{Selector}";
}
