namespace MarketData.History.Rows;

/// <summary>Tickers as rows; greeks and statistics are columns of their own.</summary>
internal static class TickerLayout
{
    public static HistoryLayout Tickers { get; } = HistoryLayout.Of<TickerEvent>(
        HistoryTable.Tickers,
        ["timestamp", "received_at", "epoch"],
        ["received_at"],
        [
            new("state", HistoryColumnKind.Name, IsOptional: true),
            .. Columns(HistoryColumnKind.Exact, "last_price", "mark_price", "index_price", "best_bid_price", "best_bid_amount",
                "best_ask_price", "best_ask_amount", "min_price", "max_price"),
            .. Columns(HistoryColumnKind.Computed, "open_interest", "current_funding", "funding_8h", "interest_value"),
            .. Columns(HistoryColumnKind.Exact, "settlement_price", "delivery_price", "estimated_delivery_price"),
            .. Columns(HistoryColumnKind.Computed, "ask_iv", "bid_iv", "mark_iv"),
            new("underlying_price", HistoryColumnKind.Exact, IsOptional: true),
            new("underlying_index", HistoryColumnKind.Name, IsOptional: true),
            .. Columns(HistoryColumnKind.Computed, "interest_rate", "delta", "gamma", "rho", "theta", "vega", "high", "low", "volume",
                "volume_usd", "price_change"),
        ],
        Fill);

    private static IEnumerable<HistoryColumn> Columns(HistoryColumnKind kind, params string[] names) =>
        names.Select(name => new HistoryColumn(name, kind, IsOptional: true));

    private static void Fill(HistoryRowBuilder row, TickerEvent ticker)
    {
        row.Add(ticker.State);
        row.Add(ticker.LastPrice);
        row.Add(ticker.MarkPrice);
        row.Add(ticker.IndexPrice);
        row.Add(ticker.BestBidPrice);
        row.Add(ticker.BestBidAmount);
        row.Add(ticker.BestAskPrice);
        row.Add(ticker.BestAskAmount);
        row.Add(ticker.MinPrice);
        row.Add(ticker.MaxPrice);
        row.Add(ticker.OpenInterest);
        row.Add(ticker.CurrentFunding);
        row.Add(ticker.Funding8Hours);
        row.Add(ticker.InterestValue);
        row.Add(ticker.SettlementPrice);
        row.Add(ticker.DeliveryPrice);
        row.Add(ticker.EstimatedDeliveryPrice);
        row.Add(ticker.AskImpliedVolatility);
        row.Add(ticker.BidImpliedVolatility);
        row.Add(ticker.MarkImpliedVolatility);
        row.Add(ticker.UnderlyingPrice);
        row.Add(ticker.UnderlyingIndex);
        row.Add(ticker.InterestRate);
        row.Add(ticker.Greeks?.Delta);
        row.Add(ticker.Greeks?.Gamma);
        row.Add(ticker.Greeks?.Rho);
        row.Add(ticker.Greeks?.Theta);
        row.Add(ticker.Greeks?.Vega);
        row.Add(ticker.Stats?.High);
        row.Add(ticker.Stats?.Low);
        row.Add(ticker.Stats?.Volume);
        row.Add(ticker.Stats?.VolumeUsd);
        row.Add(ticker.Stats?.PriceChange);
    }
}
