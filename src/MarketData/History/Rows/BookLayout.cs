namespace MarketData.History.Rows;

/// <summary>Order books as rows: updates and snapshots in a table each, levels as arrays of prices and of amounts.</summary>
internal static class BookLayout
{
    private static readonly HistoryColumn[] _levels =
    [
        new("bid_prices", HistoryColumnKind.Exacts),
        new("bid_amounts", HistoryColumnKind.Exacts),
        new("ask_prices", HistoryColumnKind.Exacts),
        new("ask_amounts", HistoryColumnKind.Exacts),
        new("best_bid_price", HistoryColumnKind.Exact, IsOptional: true),
        new("best_bid_amount", HistoryColumnKind.Exact, IsOptional: true),
        new("best_ask_price", HistoryColumnKind.Exact, IsOptional: true),
        new("best_ask_amount", HistoryColumnKind.Exact, IsOptional: true),
    ];

    public static HistoryLayout Updates { get; } = HistoryLayout.Of<OrderBookEvent>(
        HistoryTable.BookUpdates,
        ["change_id", "received_at", "epoch"],
        ["received_at"],
        [new("change_id", HistoryColumnKind.Whole), new("prev_change_id", HistoryColumnKind.Whole, IsOptional: true), .. _levels],
        (row, book) =>
        {
            row.Add(book.ChangeId);
            row.Add(book.PreviousChangeId);
            FillLevels(row, book);
        });

    public static HistoryLayout Snapshots { get; } = HistoryLayout.Of<OrderBookEvent>(
        HistoryTable.BookSnapshots,
        ["change_id", "received_at", "epoch", "verified_at"],
        ["verified_at", "received_at"],
        [new("verified_at", HistoryColumnKind.Nanoseconds, IsOptional: true), new("change_id", HistoryColumnKind.Whole), .. _levels],
        (row, book) =>
        {
            row.Add(book.VerifiedAtUnixNs);
            row.Add(book.ChangeId);
            FillLevels(row, book);
        });

    private static void FillLevels(HistoryRowBuilder row, OrderBookEvent book)
    {
        row.Add(book.Bids.Span);
        row.Add(book.Asks.Span);
        row.Add(book.BestBid?.Price);
        row.Add(book.BestBid?.Amount);
        row.Add(book.BestAsk?.Price);
        row.Add(book.BestAsk?.Amount);
    }
}
