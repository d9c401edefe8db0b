using System.Globalization;
using MarketData.Books;
using static MarketData.Tests.Books.BookTestData;

namespace MarketData.Tests.Books;

public sealed class OrderBookTests
{
    private readonly OrderBook _book = new();

    [Fact]
    public void Replace_with_levels_best_first_keeps_them()
    {
        Assert.Equal(BookApplyResult.Applied, _book.Replace(Levels("100 1, 99.5 2"), Levels("100.5 3, 101 4")));
        Assert.Equal(Levels("100 1, 99.5 2"), Bids(_book));
        Assert.Equal(Levels("100.5 3, 101 4"), Asks(_book));
        Assert.Equal(new BookLevel(100, 1), _book.BestBid);
        Assert.Equal(new BookLevel(100.5m, 3), _book.BestAsk);
    }

    [Fact]
    public void Replace_with_unsorted_and_repeated_levels_sorts_and_keeps_the_last()
    {
        _book.Replace(Levels("99 1, 101 2, 100 3, 99 4, 101 5"), Levels("103 1, 102 2, 103 3"));
        Assert.Equal(Levels("101 5, 100 3, 99 4"), Bids(_book));
        Assert.Equal(Levels("102 2, 103 3"), Asks(_book));
    }

    [Fact]
    public void Replace_with_levels_worst_first_sorts()
    {
        _book.Replace(Levels("99 1, 100 2"), Levels("103 1, 102 2, 101 3"));
        Assert.Equal(Levels("100 2, 99 1"), Bids(_book));
        Assert.Equal(Levels("101 3, 102 2, 103 1"), Asks(_book));
    }

    [Fact]
    public void Replace_leaves_no_level_of_the_old_book()
    {
        _book.Replace(Levels("100 1, 99 1, 98 1"), Levels("101 1, 102 1"));
        _book.Replace(Levels("97 1"), []);
        Assert.Equal(Levels("97 1"), Bids(_book));
        Assert.Equal(0, _book.AskCount);
        Assert.Null(_book.BestAsk);
    }

    [Fact]
    public void Apply_sets_adds_and_removes_in_the_order_given()
    {
        _book.Replace(Levels("100 1, 99 1"), Levels("101 1"));
        _book.Apply(Levels("99.5 3, 100 0, 99 7, 98 1, 98 0"), Levels("101 2"));
        Assert.Equal(Levels("99.5 3, 99 7"), Bids(_book));
        Assert.Equal(Levels("101 2"), Asks(_book));
        Assert.Equal(0, _book.UnknownDeletes);
    }

    [Fact]
    public void Apply_deep_in_a_large_book_finds_every_level()
    {
        var bids = Enumerable.Range(1, 1000).Select(price => new BookLevel(price, price)).ToArray();
        _book.Replace(bids, []);
        foreach (var price in new[] { 1, 2, 500, 991, 992, 993, 999, 1000 }) _book.Apply([new BookLevel(price, 5000 + price)], []);
        Assert.Equal(1000, _book.BidCount);
        foreach (var level in Bids(_book)) Assert.Contains(level.Amount, new[] { level.Price, 5000 + level.Price });
        Assert.Equal(8, Bids(_book).Count(level => level.Amount > 5000));
    }

    [Fact]
    public void Fault_row_10_delete_of_an_unknown_price_is_counted_and_tolerated()
    {
        _book.Replace(Levels("100 1"), []);
        Assert.Equal(BookApplyResult.Applied, _book.Apply(Levels("98 0"), Levels("101 0")));
        Assert.Equal(2, _book.UnknownDeletes);
        Assert.Equal(Levels("100 1"), Bids(_book));
    }

    [Fact]
    public void Fault_row_11_negative_amount_is_refused_and_empties_the_book()
    {
        _book.Replace(Levels("100 1"), []);
        Assert.Equal(BookApplyResult.NegativeAmount, _book.Apply(Levels("101 1, 99 -1"), []));
        Assert.Equal(0, _book.BidCount);
        Assert.Equal(BookApplyResult.NegativeAmount, _book.Replace([], Levels("99 -1")));
    }

    [Fact]
    public void Fault_row_11_amount_zero_in_a_snapshot_is_refused()
    {
        Assert.Equal(BookApplyResult.ZeroAmount, _book.Replace(Levels("100 1, 99 0.0"), []));
        Assert.Equal(0, _book.BidCount);
    }

    [Fact]
    public void Prices_zero_and_negative_are_kept_in_order()
    {
        _book.Replace(Levels("-1.5 1, -2 2"), Levels("-0.5 1, 0 2, 0.5 3"));
        Assert.Equal(Levels("-1.5 1, -2 2"), Bids(_book));
        Assert.Equal(Levels("-0.5 1, 0 2, 0.5 3"), Asks(_book));
        Assert.False(_book.IsCrossed);
    }

    [Fact]
    public void Fault_row_12_trailing_zeros_exponents_and_minus_zero_name_the_same_price()
    {
        _book.Replace(Levels("2.2e3 1"), Levels("-0.0 1"));
        _book.Apply(Levels("2200.0000 2.50"), [new BookLevel(new decimal(0, 0, 0, true, 3), 4)]);
        Assert.Equal(Levels("2200 2.5"), Bids(_book));
        Assert.Equal(Levels("0 4"), Asks(_book));
        _book.Apply([new BookLevel(2200.0000000000000000000000m, 3)], []);
        Assert.Equal(Levels("2200 3"), Bids(_book));
    }

    [Theory]
    [InlineData("12345678901234567890", "1")]
    [InlineData("1", "12345678901234567890")]
    [InlineData("0.1234567890123456789", "1")]
    [InlineData("79228162514264337593543950335", "1")]
    public void Fault_row_12_more_digits_than_fit_are_refused_not_rounded(string price, string amount)
    {
        _book.Replace(Levels("100 1"), []);
        Assert.Equal(BookApplyResult.NotRepresentable, _book.Apply(Levels($"{price} {amount}"), []));
        Assert.Equal(0, _book.BidCount);
        Assert.Equal(BookApplyResult.NotRepresentable, _book.Replace(Levels($"{price} {amount}"), []));
    }

    [Fact]
    public void Fault_row_12_eighteen_decimals_and_nineteen_digits_are_exact()
    {
        _book.Replace(Levels("9.223372036854775807 9223372036854775807"), Levels("10000000000000.0001 0.000000000000000001"));
        Assert.Equal(0, _book.BidCount);

        Assert.Equal(BookApplyResult.Applied, _book.Replace(Levels("9.223372036854775807 9223372036854775807"), []));
        Assert.Equal(Levels("9.223372036854775807 9223372036854775807"), Bids(_book));
    }

    [Fact]
    public void Fault_row_13_price_that_does_not_fit_beside_the_others_is_refused()
    {
        _book.Replace(Levels("9000000000000000 1"), []);
        Assert.Equal(BookApplyResult.NotRepresentable, _book.Apply(Levels("0.00001 1"), []));
    }

    [Fact]
    public void Apply_with_more_decimals_rescales_without_changing_values()
    {
        _book.Replace(Levels("100 1"), Levels("101 10"));
        _book.Apply(Levels("99.123456 0.00000001"), []);
        Assert.Equal(Levels("100 1, 99.123456 0.00000001"), Bids(_book));
        Assert.Equal(Levels("101 10"), Asks(_book));
    }

    [Fact]
    public void Replace_after_values_that_are_gone_chooses_its_decimals_afresh()
    {
        _book.Replace(Levels("0.000000000000000001 1"), []);
        Assert.Equal(BookApplyResult.Applied, _book.Replace(Levels("100000 1"), []));
        Assert.Equal(Levels("100000 1"), Bids(_book));
    }

    [Fact]
    public void Levels_read_back_carry_no_trailing_zeros()
    {
        _book.Replace(Levels("100.50 5670.0, 99.125 1"), []);
        var best = _book.BestBid!.Value;
        Assert.Equal("100.5 5670", string.Create(CultureInfo.InvariantCulture, $"{best.Price} {best.Amount}"));
    }

    [Fact]
    public void IsCrossed_and_IsLocked_follow_the_top()
    {
        _book.Replace(Levels("100 1"), Levels("101 1"));
        Assert.False(_book.IsCrossed || _book.IsLocked);
        _book.Apply(Levels("101 1"), []);
        Assert.True(_book.IsLocked && !_book.IsCrossed);
        _book.Apply(Levels("101.1 1"), []);
        Assert.True(_book.IsCrossed && !_book.IsLocked);
    }

    [Fact]
    public void Fault_row_54_more_levels_than_allowed_are_refused()
    {
        var book = new OrderBook(maxLevels: 2);
        Assert.Equal(BookApplyResult.TooManyLevels, book.Replace(Levels("3 1, 2 1, 1 1"), []));
        Assert.Equal(BookApplyResult.Applied, book.Replace(Levels("3 1, 2 1"), []));
        Assert.Equal(BookApplyResult.TooManyLevels, book.Apply(Levels("1 1"), []));
        Assert.Equal(0, book.BidCount);
    }

    [Fact]
    public void Copy_into_a_short_span_takes_the_best()
    {
        _book.Replace(Levels("100 1, 99 2, 98 3"), Levels("101 1, 102 2"));
        var two = new BookLevel[2];
        Assert.Equal(2, _book.CopyBids(two));
        Assert.Equal(Levels("100 1, 99 2"), two);
        Assert.Equal(1, _book.CopyAsks(two.AsSpan(0, 1)));
        Assert.Equal(new BookLevel(101, 1), two[0]);
    }

    [Fact]
    public void Apply_allocates_nothing_once_the_arrays_have_grown()
    {
        var bids = Enumerable.Range(0, 500).Select(i => new BookLevel(1000 - (i * 0.5m), 10 + i)).ToArray();
        var asks = Enumerable.Range(0, 500).Select(i => new BookLevel(1001 + (i * 0.5m), 10 + i)).ToArray();
        var changedBids = Levels("1000.5 3, 999.5 0, 900 12.25, 1000.5 0, 999.5 11");
        var changedAsks = Levels("1001 0, 1000.75 1, 1000.75 0, 1001 10");
        _book.Replace(bids, asks);
        _book.Apply(changedBids, changedAsks);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _book.Replace(bids, asks);
            for (var j = 0; j < 10; j++) _book.Apply(changedBids, changedAsks);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(500, _book.BidCount);
        Assert.Equal(500, _book.AskCount);
    }
}
