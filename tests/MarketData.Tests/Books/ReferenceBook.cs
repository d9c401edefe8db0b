using MarketData.Books;

namespace MarketData.Tests.Books;

/// <summary>The slow and obvious order book that the fast one must equal.</summary>
internal sealed class ReferenceBook
{
    private readonly SortedDictionary<decimal, decimal> _bids = [];
    private readonly SortedDictionary<decimal, decimal> _asks = [];

    public IEnumerable<BookLevel> Bids => _bids.Reverse().Select(pair => new BookLevel(pair.Key, pair.Value));

    public IEnumerable<BookLevel> Asks => _asks.Select(pair => new BookLevel(pair.Key, pair.Value));

    public bool IsCrossed => _bids.Count > 0 && _asks.Count > 0 && _bids.Keys.Last() > _asks.Keys.First();

    public bool IsLocked => _bids.Count > 0 && _asks.Count > 0 && _bids.Keys.Last() == _asks.Keys.First();

    public void Replace(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks)
    {
        _bids.Clear();
        _asks.Clear();
        Apply(bids, asks);
    }

    public void Apply(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks)
    {
        Apply(_bids, bids);
        Apply(_asks, asks);
    }

    public ReferenceBook Copy()
    {
        var copy = new ReferenceBook();
        copy.Replace(Bids.ToArray(), Asks.ToArray());
        return copy;
    }

    public void AssertEquals(OrderBook book)
    {
        Assert.Equal(Bids, BookTestData.Bids(book));
        Assert.Equal(Asks, BookTestData.Asks(book));
        Assert.Equal(IsCrossed, book.IsCrossed);
        Assert.Equal(IsLocked, book.IsLocked);
        Assert.Equal(_bids.Count == 0 ? null : Bids.First(), book.BestBid);
        Assert.Equal(_asks.Count == 0 ? null : Asks.First(), book.BestAsk);
    }

    private static void Apply(SortedDictionary<decimal, decimal> side, ReadOnlySpan<BookLevel> levels)
    {
        foreach (var (price, amount) in levels)
        {
            // Remove first: a dictionary keeps the old key, and 1.0 must become 1.00 when the exchange says so.
            side.Remove(price);
            if (amount > 0) side.Add(price, amount);
        }
    }
}
