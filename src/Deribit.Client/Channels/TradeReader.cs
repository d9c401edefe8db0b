using System.Diagnostics.CodeAnalysis;
using Deribit.Client.Json;

namespace Deribit.Client.Channels;

/// <summary>
/// Reads lists of trades, which the trades channels and the trades methods share. Sample of one:
/// <code>{"timestamp":1789344933994,"price":76917.5,"amount":8450.0,"direction":"buy","index_price":76906.67,
/// "instrument_name":"BTC-PERPETUAL","trade_seq":140284854,"mark_price":76917.12,"tick_direction":0,
/// "starbase_match_id":225046781992378368,"trade_id":"267258393","contracts":845.0,"combo_trade_id":"43"}</code>
/// </summary>
/// <param name="words">For instruments, directions and combos.</param>
internal sealed class TradeReader(Utf8Words words)
{
    /// <summary>Most trades of one frame or page that are accepted; the exchange's own page limit is 1,000.</summary>
    public const int MaxTrades = 10_000;

    /// <summary>Takes an array of trades.</summary>
    /// <exception cref="DeribitProtocolException">One of them cannot be used, or there are too many.</exception>
    public void ReadAll(ref Utf8Scanner scanner, List<DeribitTrade> trades)
    {
        scanner.BeginArray();
        for (bool more = scanner.HasElement(); more; more = scanner.HasNextElement())
        {
            if (trades.Count == MaxTrades) scanner.Throw($"There are more than the {MaxTrades} trades that are accepted at once");
            trades.Add(Read(ref scanner));
        }
    }

    private DeribitTrade Read(ref Utf8Scanner scanner)
    {
        string? tradeId = null, instrument = null, direction = null;
        string? liquidation = null, comboId = null, comboTradeId = null, blockTradeId = null;
        long sequence = 0, timestamp = 0;
        decimal price = 0, amount = 0;
        decimal? indexPrice = null, markPrice = null, contracts = null;
        double? iv = null;
        long? tick = null, legs = null, rfq = null, match = null, matchTime = null;
        IReadOnlyList<DeribitTradeLeg>? comboLegs = null;
        SeenMembers seen = default;

        scanner.BeginObject();
        for (bool more = scanner.HasMember(); more; more = scanner.HasNextMember())
        {
            ReadOnlySpan<byte> name = scanner.ReadName();
            TradeMember member = TradeMembers.Recognise(name);
            if (member != TradeMember.Unknown && !seen.TryAdd((int)member)) SeenMembers.ThrowTwice(ref scanner, Utf8Scanner.Describe(name));
            switch (member)
            {
                case TradeMember.TradeId: tradeId = Utf8Words.ReadIdentifier(ref scanner); break;
                case TradeMember.TradeSequence: sequence = scanner.ReadInt64("trade_seq"); break;
                case TradeMember.InstrumentName: instrument = words.Read(ref scanner); break;
                case TradeMember.Timestamp: timestamp = scanner.ReadInt64("timestamp"); break;
                case TradeMember.Price: price = scanner.ReadDecimal("price"); break;
                case TradeMember.Amount: amount = scanner.ReadDecimal("amount"); break;
                case TradeMember.Direction: direction = words.Read(ref scanner); break;
                case TradeMember.TickDirection: tick = scanner.ReadOptionalInt64("tick_direction"); break;
                case TradeMember.IndexPrice: indexPrice = scanner.ReadOptionalDecimal("index_price"); break;
                case TradeMember.MarkPrice: markPrice = scanner.ReadOptionalDecimal("mark_price"); break;
                case TradeMember.ImpliedVolatility: iv = scanner.ReadOptionalDouble("iv"); break;
                case TradeMember.Liquidation: liquidation = words.ReadOptional(ref scanner); break;
                case TradeMember.Contracts: contracts = scanner.ReadOptionalDecimal("contracts"); break;
                case TradeMember.ComboId: comboId = words.ReadOptional(ref scanner); break;
                case TradeMember.ComboTradeId: comboTradeId = Utf8Words.ReadIdentifier(ref scanner); break;
                case TradeMember.BlockTradeId: blockTradeId = Utf8Words.ReadIdentifier(ref scanner); break;
                case TradeMember.BlockTradeLegCount: legs = scanner.ReadOptionalInt64("block_trade_leg_count"); break;
                case TradeMember.BlockRfqId: rfq = scanner.ReadOptionalInt64("block_rfq_id"); break;
                case TradeMember.StarbaseMatchId: match = scanner.ReadOptionalInt64("starbase_match_id"); break;
                case TradeMember.StarbaseTimestamp: matchTime = scanner.ReadOptionalInt64("starbase_timestamp"); break;
                case TradeMember.Legs: comboLegs = TradeLegReader.Read(ref scanner, words); break;
                default: scanner.SkipValue(); break;
            }
        }

        seen.Require(ref scanner, (int)TradeMember.TradeSequence, "trade_seq");
        seen.Require(ref scanner, (int)TradeMember.Timestamp, "timestamp");
        seen.Require(ref scanner, (int)TradeMember.Price, "price");
        seen.Require(ref scanner, (int)TradeMember.Amount, "amount");
        if (tradeId is null) ThrowMissing(ref scanner, "trade_id");
        if (instrument is null) ThrowMissing(ref scanner, "instrument_name");
        if (direction is null) ThrowMissing(ref scanner, "direction");
        if (amount <= 0) scanner.Throw($"The trade '{tradeId}' of {instrument} has an amount that is not positive");
        return new DeribitTrade
        {
            TradeId = tradeId, TradeSequence = sequence, InstrumentName = instrument, ExchangeTimeUnixMs = timestamp, Price = price,
            Amount = amount, Direction = direction, TickDirection = ToInt32(tick), IndexPrice = indexPrice, MarkPrice = markPrice,
            ImpliedVolatility = iv, Liquidation = liquidation, Contracts = contracts, ComboId = comboId, ComboTradeId = comboTradeId,
            BlockTradeId = blockTradeId, BlockTradeLegCount = ToInt32(legs), BlockRfqId = rfq, StarbaseMatchId = match,
            StarbaseTimeUnixNs = matchTime, Legs = comboLegs,
        };
    }

    private static int? ToInt32(long? value) => value is >= int.MinValue and <= int.MaxValue ? (int)value : null;

    [DoesNotReturn]
    private static void ThrowMissing(ref Utf8Scanner scanner, string name) =>
        scanner.Throw($"The required member '{name}' of a trade is missing or no string");
}
