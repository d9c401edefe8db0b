namespace MarketData.Soak.Transport;

/// <summary>What a frame carries.</summary>
internal enum FrameContent
{
    /// <summary>Replies, heartbeats, news.</summary>
    Other,

    /// <summary>A book, whole or its change.</summary>
    Book,

    /// <summary>Trades.</summary>
    Trades,

    /// <summary>A ticker.</summary>
    Ticker,
}
