namespace MarketData.Events;

/// <content>Trades, tickers and integrity events, member by member in the order of the schema.</content>
public static partial class EventJson
{
    private static void WriteTrade(ref JsonOutput json, TradeEvent trade)
    {
        WriteHead(ref json, "{\"data_type\":\"trade\",\"exchange\":"u8, trade);
        json.Raw(",\"trade_id\":"u8);
        json.Text(trade.TradeId);
        json.Raw(",\"trade_seq\":"u8);
        json.Number(trade.TradeSequence);
        json.Raw(",\"price\":"u8);
        json.Number(trade.Price);
        json.Raw(",\"amount\":"u8);
        json.Number(trade.Amount);
        json.Raw(",\"direction\":"u8);
        json.Text(DirectionName(trade));
        json.Raw(",\"tick_direction\":"u8);
        json.Number((long?)trade.TickDirection);
        json.Raw(",\"index_price\":"u8);
        json.Number(trade.IndexPrice);
        json.Raw(",\"mark_price\":"u8);
        json.Number(trade.MarkPrice);
        json.Raw(",\"iv\":"u8);
        json.Number(trade.ImpliedVolatility);
        json.Raw(",\"liquidation\":"u8);
        json.Text(trade.Liquidation);
        json.Raw(",\"contracts\":"u8);
        json.Number(trade.Contracts);
        json.Raw(",\"combo_id\":"u8);
        json.Text(trade.ComboId);
        json.Raw(",\"combo_trade_id\":"u8);
        json.Text(trade.ComboTradeId);
        json.Raw(",\"block_trade_id\":"u8);
        json.Text(trade.BlockTradeId);
        json.Raw(trade.Source == TradeSource.Live ? ",\"source\":\"live\""u8 : ",\"source\":\"backfill\""u8);
        if (trade.ComboRole != ComboRole.None)
            json.Raw(trade.ComboRole == ComboRole.Combo ? ",\"combo_role\":\"combo\""u8 : ",\"combo_role\":\"leg\""u8);
        if (trade.Legs is { } legs) WriteLegs(ref json, legs);
        json.Raw("}"u8);
    }

    private static void WriteLegs(ref JsonOutput json, IReadOnlyList<TradeLeg> legs)
    {
        for (var i = 0; i < legs.Count; i++)
        {
            json.Raw(i == 0 ? ",\"legs\":[{\"instrument_name\":"u8 : ",{\"instrument_name\":"u8);
            json.Text(legs[i].InstrumentName);
            json.Raw(",\"trade_id\":"u8);
            json.Text(legs[i].TradeId);
            json.Raw(",\"trade_seq\":"u8);
            json.Number(legs[i].TradeSequence);
            json.Raw("}"u8);
        }

        if (legs.Count > 0) json.Raw("]"u8);
    }

    // A direction that this version does not know passes through in the exchange's own word.
    private static string DirectionName(TradeEvent trade) => trade.Direction switch
    {
        TradeDirection.Buy => "buy",
        TradeDirection.Sell => "sell",
        _ => trade.UnknownDirection ?? "unknown",
    };

    private static void WriteTicker(ref JsonOutput json, TickerEvent ticker)
    {
        WriteHead(ref json, "{\"data_type\":\"ticker\",\"exchange\":"u8, ticker);
        json.Raw(",\"state\":"u8);
        json.Text(ticker.State);
        json.Raw(",\"last_price\":"u8);
        json.Number(ticker.LastPrice);
        json.Raw(",\"mark_price\":"u8);
        json.Number(ticker.MarkPrice);
        json.Raw(",\"index_price\":"u8);
        json.Number(ticker.IndexPrice);
        json.Raw(",\"best_bid_price\":"u8);
        json.Number(ticker.BestBidPrice);
        json.Raw(",\"best_bid_amount\":"u8);
        json.Number(ticker.BestBidAmount);
        json.Raw(",\"best_ask_price\":"u8);
        json.Number(ticker.BestAskPrice);
        json.Raw(",\"best_ask_amount\":"u8);
        json.Number(ticker.BestAskAmount);
        json.Raw(",\"min_price\":"u8);
        json.Number(ticker.MinPrice);
        json.Raw(",\"max_price\":"u8);
        json.Number(ticker.MaxPrice);
        json.Raw(",\"open_interest\":"u8);
        json.Number(ticker.OpenInterest);
        json.Raw(",\"current_funding\":"u8);
        json.Number(ticker.CurrentFunding);
        json.Raw(",\"funding_8h\":"u8);
        json.Number(ticker.Funding8Hours);
        json.Raw(",\"interest_value\":"u8);
        json.Number(ticker.InterestValue);
        json.Raw(",\"settlement_price\":"u8);
        json.Number(ticker.SettlementPrice);
        json.Raw(",\"delivery_price\":"u8);
        json.Number(ticker.DeliveryPrice);
        json.Raw(",\"estimated_delivery_price\":"u8);
        json.Number(ticker.EstimatedDeliveryPrice);
        json.Raw(",\"ask_iv\":"u8);
        json.Number(ticker.AskImpliedVolatility);
        json.Raw(",\"bid_iv\":"u8);
        json.Number(ticker.BidImpliedVolatility);
        json.Raw(",\"mark_iv\":"u8);
        json.Number(ticker.MarkImpliedVolatility);
        json.Raw(",\"underlying_price\":"u8);
        json.Number(ticker.UnderlyingPrice);
        json.Raw(",\"underlying_index\":"u8);
        json.Text(ticker.UnderlyingIndex);
        json.Raw(",\"interest_rate\":"u8);
        json.Number(ticker.InterestRate);
        WriteGreeks(ref json, ticker.Greeks);
        WriteStats(ref json, ticker.Stats);
        json.Raw("}"u8);
    }

    private static void WriteGreeks(ref JsonOutput json, Greeks? greeks)
    {
        if (greeks is null)
        {
            json.Raw(",\"greeks\":null"u8);
            return;
        }

        json.Raw(",\"greeks\":{\"delta\":"u8);
        json.Number(greeks.Delta);
        json.Raw(",\"gamma\":"u8);
        json.Number(greeks.Gamma);
        json.Raw(",\"rho\":"u8);
        json.Number(greeks.Rho);
        json.Raw(",\"theta\":"u8);
        json.Number(greeks.Theta);
        json.Raw(",\"vega\":"u8);
        json.Number(greeks.Vega);
        json.Raw("}"u8);
    }

    private static void WriteStats(ref JsonOutput json, TickerStats? stats)
    {
        if (stats is null)
        {
            json.Raw(",\"stats\":null"u8);
            return;
        }

        json.Raw(",\"stats\":{\"high\":"u8);
        json.Number(stats.High);
        json.Raw(",\"low\":"u8);
        json.Number(stats.Low);
        json.Raw(",\"volume\":"u8);
        json.Number(stats.Volume);
        json.Raw(",\"volume_usd\":"u8);
        json.Number(stats.VolumeUsd);
        json.Raw(",\"price_change\":"u8);
        json.Number(stats.PriceChange);
        json.Raw("}"u8);
    }

    private static void WriteIntegrity(ref JsonOutput json, IntegrityEvent integrity)
    {
        WriteHead(ref json, "{\"data_type\":\"integrity\",\"exchange\":"u8, integrity);
        json.Raw(",\"channel\":"u8);
        json.Text(integrity.Channel);
        json.Raw(",\"kind\":"u8);
        json.Text(KindName(integrity.Kind));
        json.Raw(",\"from_id\":"u8);
        json.Number(integrity.FromId);
        json.Raw(",\"to_id\":"u8);
        json.Number(integrity.ToId);
        json.Raw(",\"from_time\":"u8);
        json.Number(integrity.FromTimeUnixMs);
        json.Raw(",\"to_time\":"u8);
        json.Number(integrity.ToTimeUnixMs);
        json.Raw(",\"detail\":"u8);
        json.Text(integrity.Detail);
        json.Raw("}"u8);
    }
}
