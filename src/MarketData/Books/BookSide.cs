namespace MarketData.Books;

/// <summary>
/// One side of a book: levels sorted from worst to best, so that the best is at the end of the array and a change near the top moves few
/// bytes. The key of a bid is its scaled price, the key of an ask the negated one: the best level always has the largest key.
/// </summary>
internal sealed class BookSide(bool isAsk)
{
    private const int WalkedLevels = 8;

    private Entry[] _entries = new Entry[32];

    /// <summary>Number of levels.</summary>
    public int Count { get; private set; }

    /// <summary>Key and amount of the level at <paramref name="depth"/>, 0 = best.</summary>
    public Entry At(int depth) => _entries[Count - 1 - depth];

    /// <summary>The scaled price of a key.</summary>
    public long ToPrice(long key) => isAsk ? -key : key;

    /// <summary>The key of a scaled price.</summary>
    public long ToKey(long price) => isAsk ? -price : price;

    /// <summary>Removes every level.</summary>
    public void Clear() => Count = 0;

    /// <summary>Sets the amount of a level, adding it when new.</summary>
    public void Set(long key, long amount)
    {
        var index = Find(key);
        if (index >= 0)
        {
            _entries[index].Amount = amount;
            return;
        }

        index = ~index;
        EnsureRoom();
        Array.Copy(_entries, index, _entries, index + 1, Count - index);
        _entries[index] = new Entry { Key = key, Amount = amount };
        Count++;
    }

    /// <summary>Removes a level; false when there was none.</summary>
    public bool Remove(long key)
    {
        var index = Find(key);
        if (index < 0) return false;
        Count--;
        Array.Copy(_entries, index + 1, _entries, index, Count - index);
        return true;
    }

    /// <summary>Adds a level of a snapshot, in the exchange's order; <see cref="Sort"/> must follow the last one.</summary>
    public void Append(long key, long amount)
    {
        EnsureRoom();
        _entries[Count++] = new Entry { Key = key, Amount = amount };
    }

    /// <summary>Puts appended levels in order. Best first costs one reversal; of levels with the same price the last one wins.</summary>
    public void Sort()
    {
        bool ascending = true, descending = true;
        for (var i = 1; i < Count; i++)
        {
            ascending &= _entries[i].Key > _entries[i - 1].Key;
            descending &= _entries[i].Key < _entries[i - 1].Key;
        }

        if (ascending) return;
        if (descending) Array.Reverse(_entries, 0, Count);
        else SortUnordered();
    }

    /// <summary>Whether every key, or every amount, can be multiplied without overflow.</summary>
    public bool CanMultiply(ulong factor, bool amounts)
    {
        var limit = (long)(long.MaxValue / factor);
        foreach (ref readonly var entry in _entries.AsSpan(0, Count))
        {
            if (Math.Abs(amounts ? entry.Amount : entry.Key) > limit) return false;
        }

        return true;
    }

    /// <summary>Multiplies every key or every amount, after <see cref="CanMultiply"/>.</summary>
    public void Multiply(ulong factor, bool amounts)
    {
        foreach (ref var entry in _entries.AsSpan(0, Count))
        {
            if (amounts) entry.Amount *= (long)factor;
            else entry.Key *= (long)factor;
        }
    }

    // Most changes are near the top: walk the best levels first, then search the rest by halves.
    private int Find(long key)
    {
        var entries = _entries.AsSpan(0, Count);
        var stop = Math.Max(0, entries.Length - WalkedLevels);
        for (var i = entries.Length - 1; i >= stop; i--)
        {
            var candidate = entries[i].Key;
            if (candidate == key) return i;
            if (candidate < key) return ~(i + 1);
        }

        int low = 0, high = stop - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var candidate = entries[middle].Key;
            if (candidate == key) return middle;
            if (candidate < key) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    private void SortUnordered()
    {
        var order = new (long Key, int Index)[Count];
        for (var i = 0; i < order.Length; i++) order[i] = (_entries[i].Key, i);
        Array.Sort(order);
        var sorted = new Entry[_entries.Length];
        var count = 0;
        for (var i = 0; i < order.Length; i++)
        {
            if (i + 1 < order.Length && order[i + 1].Key == order[i].Key) continue;
            sorted[count++] = _entries[order[i].Index];
        }

        _entries = sorted;
        Count = count;
    }

    private void EnsureRoom()
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
    }

    internal struct Entry
    {
        public long Key;
        public long Amount;
    }
}
