namespace MarketData.Books;

/// <summary>
/// The price levels of one instrument: a plain data structure that knows nothing of ids, connections or time. Exact: prices and amounts are
/// kept as 64-bit integers at a number of decimals that grows with the values that arrive; a value that cannot be held exactly is refused,
/// never rounded. Applying levels allocates nothing once the arrays have grown to the book's size. Not thread safe: one writer, who is also
/// the only reader.
/// </summary>
public sealed class OrderBook
{
    /// <summary>Default limit of levels on one side: hundred times what a liquid book holds, and still only 1.6 MB.</summary>
    public const int DefaultMaxLevels = 100_000;

    private readonly int _maxLevels;
    private readonly BookSide _bids = new(isAsk: false);
    private readonly BookSide _asks = new(isAsk: true);
    private int _priceScale;
    private int _amountScale;

    /// <summary>Creates an empty book.</summary>
    /// <param name="maxLevels">Limit of levels on one side, at least 1; beyond it levels are refused, so that a hostile feed cannot take
    /// all memory.</param>
    public OrderBook(int maxLevels = DefaultMaxLevels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLevels, 1);
        _maxLevels = maxLevels;
    }

    /// <summary>Number of bid levels.</summary>
    public int BidCount => _bids.Count;

    /// <summary>Number of ask levels.</summary>
    public int AskCount => _asks.Count;

    /// <summary>The highest bid; null when there is none.</summary>
    public BookLevel? BestBid => _bids.Count == 0 ? null : Level(_bids, 0);

    /// <summary>The lowest ask; null when there is none.</summary>
    public BookLevel? BestAsk => _asks.Count == 0 ? null : Level(_asks, 0);

    /// <summary>Whether the best bid is above the best ask.</summary>
    public bool IsCrossed => _bids.Count > 0 && _asks.Count > 0 && _bids.At(0).Key > -_asks.At(0).Key;

    /// <summary>Whether the best bid equals the best ask.</summary>
    public bool IsLocked => _bids.Count > 0 && _asks.Count > 0 && _bids.At(0).Key == -_asks.At(0).Key;

    /// <summary>How many removals named a price that the book did not hold, since the book was created.</summary>
    public long UnknownDeletes { get; private set; }

    internal BookSide BidSide => _bids;

    internal BookSide AskSide => _asks;

    internal int PriceScale => _priceScale;

    internal int AmountScale => _amountScale;

    /// <summary>Removes every level.</summary>
    public void Clear()
    {
        _bids.Clear();
        _asks.Clear();
    }

    /// <summary>
    /// Replaces the whole book. The order of the levels does not matter (best first is fastest); of levels with the same price the last one
    /// wins.
    /// </summary>
    /// <param name="bids">Every bid level; amounts above zero.</param>
    /// <param name="asks">Every ask level; amounts above zero.</param>
    /// <returns>Whether the levels were taken. When not, the book is empty: half a book is never visible.</returns>
    public BookApplyResult Replace(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks)
    {
        var result = TryReplace(bids, asks);
        if (result == BookApplyResult.NotRepresentable)
        {
            // The decimals were chosen by values that are gone; choose afresh.
            _priceScale = 0;
            _amountScale = 0;
            result = TryReplace(bids, asks);
        }

        if (result != BookApplyResult.Applied) Clear();
        return result;
    }

    /// <summary>Sets the amounts of the levels that changed, in the order given; an amount of zero removes the level.</summary>
    /// <param name="bids">Changed bid levels.</param>
    /// <param name="asks">Changed ask levels.</param>
    /// <returns>Whether the levels were taken. When not, the book is empty and needs a snapshot: half a change is never visible.</returns>
    public BookApplyResult Apply(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks)
    {
        var result = ApplySide(_bids, bids);
        if (result == BookApplyResult.Applied) result = ApplySide(_asks, asks);
        if (result != BookApplyResult.Applied) Clear();
        return result;
    }

    /// <summary>Copies bid levels, best first.</summary>
    /// <param name="destination">Filled from its start, as far as there are levels.</param>
    /// <returns>How many levels were copied.</returns>
    public int CopyBids(Span<BookLevel> destination) => Copy(_bids, destination);

    /// <summary>Copies ask levels, best first.</summary>
    /// <param name="destination">Filled from its start, as far as there are levels.</param>
    /// <returns>How many levels were copied.</returns>
    public int CopyAsks(Span<BookLevel> destination) => Copy(_asks, destination);

    private BookLevel Level(BookSide side, int depth)
    {
        var entry = side.At(depth);
        return new BookLevel(
            ScaledDecimal.ToDecimal(side.ToPrice(entry.Key), _priceScale),
            ScaledDecimal.ToDecimal(entry.Amount, _amountScale));
    }

    private int Copy(BookSide side, Span<BookLevel> destination)
    {
        var count = Math.Min(side.Count, destination.Length);
        for (var i = 0; i < count; i++) destination[i] = Level(side, i);
        return count;
    }

    private BookApplyResult TryReplace(ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks)
    {
        Clear();
        var result = Fill(_bids, bids);
        return result == BookApplyResult.Applied ? Fill(_asks, asks) : result;
    }

    private BookApplyResult Fill(BookSide side, ReadOnlySpan<BookLevel> levels)
    {
        if (levels.Length > _maxLevels) return BookApplyResult.TooManyLevels;
        foreach (ref readonly var level in levels)
        {
            if (!TryPrice(level.Price, out var price) || !TryAmount(level.Amount, out var amount)) return BookApplyResult.NotRepresentable;
            if (amount <= 0) return amount == 0 ? BookApplyResult.ZeroAmount : BookApplyResult.NegativeAmount;
            side.Append(side.ToKey(price), amount);
        }

        side.Sort();
        return BookApplyResult.Applied;
    }

    private BookApplyResult ApplySide(BookSide side, ReadOnlySpan<BookLevel> levels)
    {
        foreach (ref readonly var level in levels)
        {
            if (!TryPrice(level.Price, out var price) || !TryAmount(level.Amount, out var amount)) return BookApplyResult.NotRepresentable;
            if (amount > 0)
            {
                side.Set(side.ToKey(price), amount);
                if (side.Count > _maxLevels) return BookApplyResult.TooManyLevels;
            }
            else if (amount < 0)
            {
                return BookApplyResult.NegativeAmount;
            }
            else if (!side.Remove(side.ToKey(price)))
            {
                UnknownDeletes++;
            }
        }

        return BookApplyResult.Applied;
    }

    private bool TryPrice(decimal value, out long scaled) =>
        ScaledDecimal.TryScale(value, _priceScale, out scaled)
        || (TryGrow(value, ref _priceScale, amounts: false) && ScaledDecimal.TryScale(value, _priceScale, out scaled));

    private bool TryAmount(decimal value, out long scaled) =>
        ScaledDecimal.TryScale(value, _amountScale, out scaled)
        || (TryGrow(value, ref _amountScale, amounts: true) && ScaledDecimal.TryScale(value, _amountScale, out scaled));

    // More decimals than the book has so far: give every level that many, if they all still fit.
    private bool TryGrow(decimal value, ref int scale, bool amounts)
    {
        var needed = ScaledDecimal.MinimumScale(value);
        if (needed <= scale || needed > ScaledDecimal.MaxScale) return false;
        var factor = ScaledDecimal.Power(needed - scale);
        if (!_bids.CanMultiply(factor, amounts) || !_asks.CanMultiply(factor, amounts)) return false;
        _bids.Multiply(factor, amounts);
        _asks.Multiply(factor, amounts);
        scale = needed;
        return true;
    }
}
