using System.Globalization;
using MarketData.Books;

namespace MarketData.Tests.Books;

/// <summary>Short forms for books in tests.</summary>
internal static class BookTestData
{
    public static Instrument Instrument(string name = "A-PERP") => new() { Exchange = "venue", Name = name };

    /// <summary>Levels from text: <c>"100 1, 99.5 2"</c> is price 100 amount 1, price 99.5 amount 2.</summary>
    public static BookLevel[] Levels(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(level => level.Split(' '))
            .Select(parts => new BookLevel(Decimal(parts[0]), Decimal(parts[1])))];

    public static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public static BookLevel[] Bids(OrderBook book)
    {
        var levels = new BookLevel[book.BidCount];
        Assert.Equal(levels.Length, book.CopyBids(levels));
        return levels;
    }

    public static BookLevel[] Asks(OrderBook book)
    {
        var levels = new BookLevel[book.AskCount];
        Assert.Equal(levels.Length, book.CopyAsks(levels));
        return levels;
    }
}
