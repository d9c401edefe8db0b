namespace MarketData.Trades;

/// <summary>A set of sequence numbers as contiguous ranges, ascending. On a complete tape that is one range, however long.</summary>
internal sealed class SequenceRanges
{
    private readonly List<(long From, long To)> _ranges = [];

    /// <summary>Number of ranges.</summary>
    public int Count => _ranges.Count;

    /// <summary>The lowest number; only when <see cref="Count"/> is above zero.</summary>
    public long First => _ranges[0].From;

    /// <summary>The highest number; only when <see cref="Count"/> is above zero.</summary>
    public long Last => _ranges[^1].To;

    /// <summary>The numbers between the two lowest ranges; only when there are two.</summary>
    public (long From, long To) OldestHole => (_ranges[0].To + 1, _ranges[1].From - 1);

    /// <summary>Forgets everything.</summary>
    public void Clear() => _ranges.Clear();

    /// <summary>Whether the number is in the set.</summary>
    public bool Contains(long number) => IndexBefore(number) is var index and >= 0 && number <= _ranges[index].To;

    /// <summary>Adds a number that is not in the set.</summary>
    public void Add(long number)
    {
        var index = IndexBefore(number);
        var joinsLeft = index >= 0 && _ranges[index].To == number - 1;
        var joinsRight = index + 1 < _ranges.Count && _ranges[index + 1].From == number + 1;
        if (joinsLeft && joinsRight)
        {
            _ranges[index] = (_ranges[index].From, _ranges[index + 1].To);
            _ranges.RemoveAt(index + 1);
        }
        else if (joinsLeft)
        {
            _ranges[index] = (_ranges[index].From, number);
        }
        else if (joinsRight)
        {
            _ranges[index + 1] = (number, _ranges[index + 1].To);
        }
        else
        {
            _ranges.Insert(index + 1, (number, number));
        }
    }

    /// <summary>Takes the lowest number out.</summary>
    public void RemoveFirst()
    {
        if (_ranges[0].From == _ranges[0].To) _ranges.RemoveAt(0);
        else _ranges[0] = (_ranges[0].From + 1, _ranges[0].To);
    }

    /// <summary>The first number from this one on that is not in the set.</summary>
    public long NextMissing(long number) =>
        IndexBefore(number) is var index and >= 0 && number <= _ranges[index].To ? _ranges[index].To + 1 : number;

    /// <summary>The last number before the next one in the set; at most <paramref name="bound"/>.</summary>
    /// <param name="missing">A number that is not in the set.</param>
    /// <param name="bound">The highest answer.</param>
    public long EndOfHole(long missing, long bound) =>
        IndexBefore(missing) + 1 is var next && next < _ranges.Count ? Math.Min(bound, _ranges[next].From - 1) : bound;

    /// <summary>Adds a range of numbers, none of which is in the set; at its begin or at its end it may touch those that are.</summary>
    public void AddRange(long from, long to)
    {
        Add(from);
        if (to == from) return;
        var index = IndexBefore(from);
        _ranges[index] = (_ranges[index].From, to);
        if (index + 1 >= _ranges.Count || _ranges[index + 1].From != to + 1) return;
        _ranges[index] = (_ranges[index].From, _ranges[index + 1].To);
        _ranges.RemoveAt(index + 1);
    }

    /// <summary>Takes the oldest hole for seen.</summary>
    public void CloseOldestHole()
    {
        _ranges[0] = (_ranges[0].From, _ranges[1].To);
        _ranges.RemoveAt(1);
    }

    // The last range that starts at or before the number; -1 when there is none. Nearly always the last of all.
    private int IndexBefore(long number)
    {
        int low = 0, high = _ranges.Count - 1;
        if (high >= 0 && _ranges[high].From <= number) return high;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (_ranges[middle].From <= number) low = middle + 1;
            else high = middle - 1;
        }

        return high;
    }
}
