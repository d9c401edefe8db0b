using MarketData.Trades;

namespace MarketData.Exchanges;

/// <summary>One instrument that is to be collected, and where to go on.</summary>
public sealed record WantedInstrument
{
    /// <summary>The instrument.</summary>
    public required Instrument Instrument { get; init; }

    /// <summary>
    /// The last trade of the instrument that is known to be on the topic, so that the tape goes on behind it; null when none is known, and
    /// the tape begins with the first trade that arrives. Looked at only when the instrument was not collected before.
    /// </summary>
    public TradePosition? LastTrade { get; init; }
}
