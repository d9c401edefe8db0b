namespace Deribit.Client.Channels;

/// <summary>The members of a trade.</summary>
internal enum TradeMember
{
    Unknown,
    TradeId,
    TradeSequence,
    InstrumentName,
    Timestamp,
    Price,
    Amount,
    Direction,
    TickDirection,
    IndexPrice,
    MarkPrice,
    ImpliedVolatility,
    Liquidation,
    Contracts,
    ComboId,
    ComboTradeId,
    BlockTradeId,
    BlockTradeLegCount,
    BlockRfqId,
    StarbaseMatchId,
    StarbaseTimestamp,
    Legs,
}

/// <summary>Recognises a trade's members: by length, then by the bytes.</summary>
internal static class TradeMembers
{
    public static TradeMember Recognise(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => Is(name, "iv"u8, TradeMember.ImpliedVolatility),
        4 => Is(name, "legs"u8, TradeMember.Legs),
        5 => Is(name, "price"u8, TradeMember.Price),
        6 => Is(name, "amount"u8, TradeMember.Amount),
        8 => name.SequenceEqual("trade_id"u8) ? TradeMember.TradeId : Is(name, "combo_id"u8, TradeMember.ComboId),
        9 => name.SequenceEqual("timestamp"u8) ? TradeMember.Timestamp
            : name.SequenceEqual("trade_seq"u8) ? TradeMember.TradeSequence
            : name.SequenceEqual("direction"u8) ? TradeMember.Direction
            : Is(name, "contracts"u8, TradeMember.Contracts),
        10 => Is(name, "mark_price"u8, TradeMember.MarkPrice),
        11 => name.SequenceEqual("index_price"u8) ? TradeMember.IndexPrice : Is(name, "liquidation"u8, TradeMember.Liquidation),
        12 => Is(name, "block_rfq_id"u8, TradeMember.BlockRfqId),
        14 => name.SequenceEqual("tick_direction"u8) ? TradeMember.TickDirection
            : name.SequenceEqual("combo_trade_id"u8) ? TradeMember.ComboTradeId
            : Is(name, "block_trade_id"u8, TradeMember.BlockTradeId),
        15 => Is(name, "instrument_name"u8, TradeMember.InstrumentName),
        17 => Is(name, "starbase_match_id"u8, TradeMember.StarbaseMatchId),
        18 => Is(name, "starbase_timestamp"u8, TradeMember.StarbaseTimestamp),
        21 => Is(name, "block_trade_leg_count"u8, TradeMember.BlockTradeLegCount),
        _ => TradeMember.Unknown,
    };

    private static TradeMember Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected, TradeMember member) =>
        name.SequenceEqual(expected) ? member : TradeMember.Unknown;
}
