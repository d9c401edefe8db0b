using MarketData.History;

namespace MarketData.ClickHouse.Rows;

/// <summary>Trades as rows.</summary>
internal static class TradeLayout
{
    public static TableLayout Trades { get; } = TableLayout.Of<TradeEvent>(
        HistoryTable.Trades,
        "trade_seq, trade_id",
        "toYYYYMM(timestamp)",
        [
            new("trade_id", "String"),
            new("trade_seq", "Int64"),
            new("price", ColumnType.Decimal),
            new("amount", ColumnType.Decimal),
            new("direction", ColumnType.Name),
            new("tick_direction", "Nullable(Int64)"),
            new("index_price", $"Nullable({ColumnType.Decimal})"),
            new("mark_price", $"Nullable({ColumnType.Decimal})"),
            new("iv", "Nullable(Float64)"),
            new("liquidation", ColumnType.OptionalName),
            new("contracts", $"Nullable({ColumnType.Decimal})"),
            new("combo_id", "Nullable(String)"),
            new("combo_trade_id", "Nullable(String)"),
            new("block_trade_id", "Nullable(String)"),
            new("source", ColumnType.Name),
            new("combo_role", ColumnType.Name),
            new("leg_instrument_names", $"Array({ColumnType.Name})"),
            new("leg_trade_ids", "Array(String)"),
            new("leg_trade_seqs", "Array(Nullable(Int64))"),
        ],
        Fill);

    private static void Fill(RowBuilder row, TradeEvent trade)
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
