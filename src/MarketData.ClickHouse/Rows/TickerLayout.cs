using MarketData.History;

namespace MarketData.ClickHouse.Rows;

/// <summary>Tickers as rows; greeks and statistics are columns of their own.</summary>
internal static class TickerLayout
{
    private const string Exact = $"Nullable({ColumnType.Decimal})";
    private const string Computed = "Nullable(Float64)";

    public static TableLayout Tickers { get; } = TableLayout.Of<TickerEvent>(
        HistoryTable.Tickers,
        "timestamp, received_at, epoch",
        "toDate(received_at)",
        [
            new("state", ColumnType.OptionalName),
            .. Columns(Exact, "last_price", "mark_price", "index_price", "best_bid_price", "best_bid_amount", "best_ask_price",
                "best_ask_amount", "min_price", "max_price"),
            .. Columns(Computed, "open_interest", "current_funding", "funding_8h", "interest_value"),
            .. Columns(Exact, "settlement_price", "delivery_price", "estimated_delivery_price"),
            .. Columns(Computed, "ask_iv", "bid_iv", "mark_iv"),
            new("underlying_price", Exact),
            new("underlying_index", ColumnType.OptionalName),
            .. Columns(Computed, "interest_rate", "delta", "gamma", "rho", "theta", "vega", "high", "low", "volume", "volume_usd",
                "price_change"),
        ],
        Fill);

    private static IEnumerable<Column> Columns(string type, params string[] names) => names.Select(name => new Column(name, type));

    private static void Fill(RowBuilder row, TickerEvent ticker)
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
