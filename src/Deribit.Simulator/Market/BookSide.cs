namespace Deribit.Simulator.Market;

/// <summary>
/// One side of a book in whole ticks and lots. Sorted with the best price last, so that the busy end is cheap to change.
/// </summary>
internal sealed class BookSide(bool bids)
{
    private long[] _prices = new long[64];
    private long[] _amounts = new long[64];

    public int Count { get; private set; }

    public long BestPrice => _prices[Count - 1];

    /// <summary>Level <paramref name="depth"/> steps behind the best.</summary>
    public (long Price, long Amount) At(int depth) => (_prices[Count - 1 - depth], _amounts[Count - 1 - depth]);

    public long AmountAt(long price) => Find(price, out var index) ? _amounts[index] : 0;

    /// <summary>Sets a level; amount 0 removes it.</summary>
    public void Set(long price, long amount)
    {
        if (Find(price, out var index))
        {
            if (amount > 0)
            {
                _amounts[index] = amount;
                return;
            }

            Count--;
            Array.Copy(_prices, index + 1, _prices, index, Count - index);
            Array.Copy(_amounts, index + 1, _amounts, index, Count - index);
            return;
        }

        if (amount <= 0)
        {
            return;
        }

        if (Count == _prices.Length)
        {
            Array.Resize(ref _prices, Count * 2);
            Array.Resize(ref _amounts, Count * 2);
        }

        Array.Copy(_prices, index, _prices, index + 1, Count - index);
        Array.Copy(_amounts, index, _amounts, index + 1, Count - index);
        _prices[index] = price;
        _amounts[index] = amount;
        Count++;
    }

    private bool Find(long price, out int index)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = _prices[middle];
            if (found == price)
            {
                index = middle;
                return true;
            }

            if (bids ? found < price : found > price)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        index = low;
        return false;
    }
}
