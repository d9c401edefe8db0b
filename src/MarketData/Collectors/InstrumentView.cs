namespace MarketData.Collectors;

/// <summary>What a collector last saw of one instrument; a consistent copy.</summary>
/// <param name="Key">The sink key, <c>deribit.BTC-PERPETUAL</c>.</param>
/// <param name="Name">The exchange's instrument name.</param>
/// <param name="BookState">State of the book in one word; empty when books are not collected.</param>
/// <param name="BestBid">Best bid of the book; null without one.</param>
/// <param name="BestAsk">Best ask of the book; null without one.</param>
/// <param name="LastTradePrice">Price of the last trade; null before the first.</param>
/// <param name="LastTradeDirection">The last trade's taker side.</param>
/// <param name="Events">Events so far.</param>
/// <param name="GapsOpened">Book gaps and losses of sync so far.</param>
/// <param name="GapsHealed">How many of them are healed.</param>
/// <param name="LastReceivedAtUnixNs">When the last event left the socket, our clock.</param>
/// <param name="LastExchangeTimeUnixMs">The last event's exchange time.</param>
public sealed record InstrumentView(
    string Key,
    string Name,
    string BookState,
    BookLevel? BestBid,
    BookLevel? BestAsk,
    decimal? LastTradePrice,
    TradeDirection LastTradeDirection,
    long Events,
    long GapsOpened,
    long GapsHealed,
    long LastReceivedAtUnixNs,
    long LastExchangeTimeUnixMs);
