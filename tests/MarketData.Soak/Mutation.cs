namespace MarketData.Soak;

/// <summary>A deliberate fault of the soak's own, which it must find: proof that its oracle can fail.</summary>
internal enum Mutation
{
    /// <summary>None.</summary>
    None,

    /// <summary>One level of one published book is changed by the smallest amount.</summary>
    WrongLevel,

    /// <summary>One trade vanishes between the lane and the topic.</summary>
    LostTrade,

    /// <summary>One entry of the ledger vanishes on its way.</summary>
    LostIncident,

    /// <summary>The closing of a ticker's incident vanishes on its way.</summary>
    LostTickerClosing,

    /// <summary>The closing of a trade stream's incident vanishes on its way.</summary>
    LostTradeClosing,

    /// <summary>One update of a book vanishes on its way.</summary>
    LostUpdate,

    /// <summary>The venue drops a frame of which the plan knows nothing.</summary>
    UnplannedDrop,

    /// <summary>One acknowledgement is counted twice.</summary>
    MiscountedAcknowledgement,
}
