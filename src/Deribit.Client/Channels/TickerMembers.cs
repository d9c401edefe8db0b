namespace Deribit.Client.Channels;

/// <summary>The members of a ticker's data.</summary>
internal enum TickerMember
{
    Unknown,
    InstrumentName,
    Timestamp,
    State,
    LastPrice,
    MarkPrice,
    IndexPrice,
    BestBidPrice,
    BestBidAmount,
    BestAskPrice,
    BestAskAmount,
    MinPrice,
    MaxPrice,
    OpenInterest,
    CurrentFunding,
    Funding8Hours,
    InterestValue,
    SettlementPrice,
    DeliveryPrice,
    EstimatedDeliveryPrice,
    AskImpliedVolatility,
    BidImpliedVolatility,
    MarkImpliedVolatility,
    UnderlyingPrice,
    UnderlyingIndex,
    InterestRate,
    Greeks,
    Stats,
    ChangeId,
    Bids,
    Asks,
}

/// <summary>Recognises a ticker's members: by length, then by the bytes.</summary>
internal static class TickerMembers
{
    public static TickerMember Recognise(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => name.SequenceEqual("bids"u8) ? TickerMember.Bids : Is(name, "asks"u8, TickerMember.Asks),
        5 => name.SequenceEqual("state"u8) ? TickerMember.State : Is(name, "stats"u8, TickerMember.Stats),
        6 => name.SequenceEqual("ask_iv"u8) ? TickerMember.AskImpliedVolatility
            : name.SequenceEqual("bid_iv"u8) ? TickerMember.BidImpliedVolatility
            : Is(name, "greeks"u8, TickerMember.Greeks),
        7 => Is(name, "mark_iv"u8, TickerMember.MarkImpliedVolatility),
        9 => name.SequenceEqual("timestamp"u8) ? TickerMember.Timestamp
            : name.SequenceEqual("min_price"u8) ? TickerMember.MinPrice
            : name.SequenceEqual("max_price"u8) ? TickerMember.MaxPrice
            : Is(name, "change_id"u8, TickerMember.ChangeId),
        10 => name.SequenceEqual("last_price"u8) ? TickerMember.LastPrice
            : name.SequenceEqual("mark_price"u8) ? TickerMember.MarkPrice
            : Is(name, "funding_8h"u8, TickerMember.Funding8Hours),
        11 => Is(name, "index_price"u8, TickerMember.IndexPrice),
        13 => name.SequenceEqual("open_interest"u8) ? TickerMember.OpenInterest
            : Is(name, "interest_rate"u8, TickerMember.InterestRate),
        14 => name.SequenceEqual("best_bid_price"u8) ? TickerMember.BestBidPrice
            : name.SequenceEqual("best_ask_price"u8) ? TickerMember.BestAskPrice
            : name.SequenceEqual("interest_value"u8) ? TickerMember.InterestValue
            : Is(name, "delivery_price"u8, TickerMember.DeliveryPrice),
        15 => name.SequenceEqual("best_bid_amount"u8) ? TickerMember.BestBidAmount
            : name.SequenceEqual("best_ask_amount"u8) ? TickerMember.BestAskAmount
            : name.SequenceEqual("instrument_name"u8) ? TickerMember.InstrumentName
            : Is(name, "current_funding"u8, TickerMember.CurrentFunding),
        16 => name.SequenceEqual("settlement_price"u8) ? TickerMember.SettlementPrice
            : name.SequenceEqual("underlying_price"u8) ? TickerMember.UnderlyingPrice
            : Is(name, "underlying_index"u8, TickerMember.UnderlyingIndex),
        24 => Is(name, "estimated_delivery_price"u8, TickerMember.EstimatedDeliveryPrice),
        _ => TickerMember.Unknown,
    };

    private static TickerMember Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected, TickerMember member) =>
        name.SequenceEqual(expected) ? member : TickerMember.Unknown;
}
