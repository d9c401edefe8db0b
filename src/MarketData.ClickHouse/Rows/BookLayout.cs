using MarketData.History;

namespace MarketData.ClickHouse.Rows;

/// <summary>Order books as rows: updates and snapshots in a table each, levels as arrays of prices and of amounts.</summary>
internal static class BookLayout
{
    private const string BestType = $"Nullable({ColumnType.Decimal})";

    private static readonly Column[] _levels =
    [
        new("bid_prices", ColumnType.Decimals),
        new("bid_amounts", ColumnType.Decimals),
        new("ask_prices", ColumnType.Decimals),
        new("ask_amounts", ColumnType.Decimals),
        new("best_bid_price", BestType),
        new("best_bid_amount", BestType),
        new("best_ask_price", BestType),
        new("best_ask_amount", BestType),
    ];

    public static TableLayout Updates { get; } = TableLayout.Of<OrderBookEvent>(
        HistoryTable.BookUpdates,
        "change_id, received_at, epoch",
        "toDate(received_at)",
        [new("change_id", "Int64"), new("prev_change_id", "Nullable(Int64)"), .. _levels],
        (row, book) =>
        {
            row.Add(book.ChangeId);
            row.Add(book.PreviousChangeId);
            FillLevels(row, book);
        });

    public static TableLayout Snapshots { get; } = TableLayout.Of<OrderBookEvent>(
        HistoryTable.BookSnapshots,
        "change_id, received_at, epoch, ifNull(verified_at, received_at)",
        "toDate(ifNull(verified_at, received_at))",
        [new("verified_at", $"Nullable({ColumnType.Nanoseconds})"), new("change_id", "Int64"), .. _levels],
        (row, book) =>
        {
            row.Add(book.VerifiedAtUnixNs);
            row.Add(book.ChangeId);
            FillLevels(row, book);
        });

    private static void FillLevels(RowBuilder row, OrderBookEvent book)
    {
        row.Add(book.Bids.Span);
        row.Add(book.Asks.Span);
        row.Add(book.BestBid?.Price);
        row.Add(book.BestBid?.Amount);
        row.Add(book.BestAsk?.Price);
        row.Add(book.BestAsk?.Amount);
    }
}
