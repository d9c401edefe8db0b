namespace MarketData.Trades;

/// <summary>What a tape wants to know from the exchange.</summary>
public enum TradeRequestKind
{
    /// <summary>
    /// The trades of a hole: from <see cref="TradeRequest.FromSequence"/> to <see cref="TradeRequest.ToSequence"/>, lowest first.
    /// </summary>
    Hole,

    /// <summary>
    /// What came after the last trade known: from <see cref="TradeRequest.FromSequence"/>, that trade, to the newest, lowest first.
    /// </summary>
    Behind,

    /// <summary>The newest trades: <see cref="TradeRequest.Count"/> of them.</summary>
    Newest,
}
