using CsCheck;
using MarketData.Books;

namespace MarketData.Tests.Books;

public sealed class OrderBookPropertyTests
{
    private static readonly Gen<decimal> s_price =
        Gen.Select(Gen.Int[-60, 60], Gen.Int[0, 3], (mantissa, scale) => new decimal(Math.Abs(mantissa), 0, 0, mantissa < 0, (byte)scale));

    private static readonly Gen<decimal> s_amount =
        Gen.Select(Gen.Int[1, 500], Gen.Int[0, 4], (mantissa, scale) => new decimal(mantissa, 0, 0, false, (byte)scale));

    private static readonly Gen<BookLevel> s_level = Gen.Select(s_price, s_amount, (price, amount) => new BookLevel(price, amount));

    private static readonly Gen<BookLevel> s_change =
        Gen.Select(s_level, Gen.Int[0, 2], (level, kind) => kind == 0 ? level with { Amount = 0 } : level);

    private static readonly Gen<(bool IsSnapshot, BookLevel[] Bids, BookLevel[] Asks)> s_step = Gen.OneOf(
        Gen.Select(Gen.Const(true), s_level.Array[0, 40], s_level.Array[0, 40]),
        Gen.Select(Gen.Const(false), s_change.Array[0, 8], s_change.Array[0, 8]),
        Gen.Select(Gen.Const(false), s_change.Array[0, 8], s_change.Array[0, 8]),
        Gen.Select(Gen.Const(false), s_change.Array[0, 30], s_change.Array[0, 30]));

    [Fact]
    public void Book_after_any_steps_equals_the_reference() =>
        s_step.Array[1, 30].Sample(
            steps =>
            {
                var book = new OrderBook();
                var reference = new ReferenceBook();
                foreach (var (isSnapshot, bids, asks) in steps)
                {
                    Assert.Equal(BookApplyResult.Applied, isSnapshot ? book.Replace(bids, asks) : book.Apply(bids, asks));
                    if (isSnapshot) reference.Replace(bids, asks);
                    else reference.Apply(bids, asks);
                    reference.AssertEquals(book);
                }
            },
            iter: 2000);

    [Fact]
    public void Change_applied_twice_changes_nothing_more() =>
        Gen.Select(s_level.Array[0, 40], s_level.Array[0, 40], s_change.Array[0, 20], s_change.Array[0, 20]).Sample(
            (bids, asks, changedBids, changedAsks) =>
            {
                var book = new OrderBook();
                book.Replace(bids, asks);
                book.Apply(changedBids, changedAsks);
                var (bidsOnce, asksOnce) = (BookTestData.Bids(book), BookTestData.Asks(book));
                book.Apply(changedBids, changedAsks);
                Assert.Equal(bidsOnce, BookTestData.Bids(book));
                Assert.Equal(asksOnce, BookTestData.Asks(book));
            },
            iter: 1000);

    [Fact]
    public void Decimal_of_any_size_is_held_exactly_or_refused() =>
        Gen.Select(Gen.Int, Gen.Int, Gen.Int, Gen.Bool, Gen.Int[0, 28], Gen.Bool).Sample(
            (low, middle, high, negative, scale, isWide) =>
            {
                var price = new decimal(low, middle, isWide ? high : 0, negative, (byte)scale);
                var book = new OrderBook();
                var result = book.Replace([new BookLevel(price, 1)], []);
                if (result == BookApplyResult.Applied) Assert.Equal(price, book.BestBid?.Price);
                else Assert.Equal((BookApplyResult.NotRepresentable, 0), (result, book.BidCount));
                var canonical = price / 1.0000000000000000000000000000m;
                var digits = new System.Numerics.BigInteger(Math.Abs(Unscaled(canonical)));
                Assert.Equal(canonical.Scale <= 18 && digits <= long.MaxValue, result == BookApplyResult.Applied);
            },
            iter: 20000);

    private static decimal Unscaled(decimal value)
    {
        var bits = decimal.GetBits(value);
        return new decimal(bits[0], bits[1], bits[2], false, 0);
    }
}
