namespace MarketData.History.Rows;

/// <summary>Trades as rows.</summary>
internal static class TradeLayout
{
    public static HistoryLayout Trades { get; } = HistoryLayout.Of<TradeEvent>(
        HistoryTable.Trades,
        ["trade_seq", "trade_id"],
        ["timestamp"],
        [
            new("trade_id", HistoryColumnKind.Text),
            new("trade_seq", HistoryColumnKind.Whole),
            new("price", HistoryColumnKind.Exact),
            new("amount", HistoryColumnKind.Exact),
            new("direction", HistoryColumnKind.Name),
            new("tick_direction", HistoryColumnKind.Whole, IsOptional: true),
            new("index_price", HistoryColumnKind.Exact, IsOptional: true),
            new("mark_price", HistoryColumnKind.Exact, IsOptional: true),
            new("iv", HistoryColumnKind.Computed, IsOptional: true),
            new("liquidation", HistoryColumnKind.Name, IsOptional: true),
            new("contracts", HistoryColumnKind.Exact, IsOptional: true),
            new("combo_id", HistoryColumnKind.Text, IsOptional: true),
            new("combo_trade_id", HistoryColumnKind.Text, IsOptional: true),
            new("block_trade_id", HistoryColumnKind.Text, IsOptional: true),
            new("source", HistoryColumnKind.Name),
            new("combo_role", HistoryColumnKind.Name),
            new("leg_instrument_names", HistoryColumnKind.Names),
            new("leg_trade_ids", HistoryColumnKind.Texts),
            new("leg_trade_seqs", HistoryColumnKind.Wholes),
        ],
        Fill);

    private static void Fill(HistoryRowBuilder row, TradeEvent trade)
    {
        row.Add(trade.TradeId);
        row.Add(trade.TradeSequence);
        row.Add(trade.Price);
        row.Add(trade.Amount);
        // The words of the JSON schema; an unknown direction passes through in the exchange's own word.
        row.Add(trade.Direction switch
        {
            TradeDirection.Buy => "buy",
            TradeDirection.Sell => "sell",
            _ => trade.UnknownDirection ?? "unknown",
        });
        row.Add((long?)trade.TickDirection);
        row.Add(trade.IndexPrice);
        row.Add(trade.MarkPrice);
        row.Add(trade.ImpliedVolatility);
        row.Add(trade.Liquidation);
        row.Add(trade.Contracts);
        row.Add(trade.ComboId);
        row.Add(trade.ComboTradeId);
        row.Add(trade.BlockTradeId);
        row.Add(trade.Source == TradeSource.Live ? "live" : "backfill");
        row.Add(trade.ComboRole switch { ComboRole.Combo => "combo", ComboRole.Leg => "leg", _ => "" });
        var legs = trade.Legs ?? [];
        row.Add(legs.Select(leg => leg.InstrumentName).ToArray());
        row.Add(legs.Select(leg => leg.TradeId).ToArray());
        row.Add(legs.Select(leg => leg.TradeSequence).ToArray());
    }
}
