using Deribit.Client;

namespace MarketData.Deribit;

/// <summary>Venue trade -> domain trade.</summary>
internal static class TradeTranslator
{
    /// <summary>Translates one trade; an unknown direction is kept as the exchange wrote it.</summary>
    public static TradeEvent Translate(DeribitTrade trade, InstrumentRoute route, DeribitMessage message) =>
        Translate(trade, route, message.ReceivedAtUnixNs, TradeSource.Live);

    /// <summary>Translates one trade of a page or a message.</summary>
    public static TradeEvent Translate(DeribitTrade trade, InstrumentRoute route, long receivedAtUnixNs, TradeSource source) =>
        Translate(trade, route.Instrument.Name, route.Key, route.IsCombo, route.Epoch, receivedAtUnixNs, source);

    /// <summary>Translates one trade of an instrument that need not be collected.</summary>
    public static TradeEvent Translate(
        DeribitTrade trade, string name, string key, bool isCombo, long epoch, long receivedAtUnixNs, TradeSource source)
    {
        var direction = trade.Direction switch { "buy" => TradeDirection.Buy, "sell" => TradeDirection.Sell, _ => TradeDirection.Unknown };
        return new TradeEvent
        {
            Exchange = DeribitExchange.ExchangeName,
            InstrumentName = name,
            Key = key,
            ExchangeTimeUnixMs = trade.ExchangeTimeUnixMs,
            ReceivedAtUnixNs = receivedAtUnixNs,
            Epoch = epoch,
            TradeId = trade.TradeId,
            TradeSequence = trade.TradeSequence,
            Price = trade.Price,
            Amount = trade.Amount,
            Direction = direction,
            UnknownDirection = direction == TradeDirection.Unknown ? trade.Direction : null,
            TickDirection = trade.TickDirection,
            IndexPrice = trade.IndexPrice,
            MarkPrice = trade.MarkPrice,
            ImpliedVolatility = trade.ImpliedVolatility,
            Liquidation = trade.Liquidation,
            Contracts = trade.Contracts,
            ComboId = trade.ComboId,
            ComboTradeId = trade.ComboTradeId,
            ComboRole = isCombo ? ComboRole.Combo : trade.ComboId is null ? ComboRole.None : ComboRole.Leg,
            Legs = trade.Legs is { } legs ? [.. legs.Select(leg => new TradeLeg(leg.InstrumentName, leg.TradeId, leg.TradeSequence))] : null,
            BlockTradeId = trade.BlockTradeId,
            Source = source,
        };
    }
}
