namespace MarketData.Coverage;

/// <summary>A set of moments in milliseconds, kept as half-open ranges that neither touch nor overlap, in order.</summary>
internal sealed class TimeSet
{
    private readonly List<(long From, long To)> _ranges = [];

    public IReadOnlyList<(long From, long To)> Ranges => _ranges;

    public void Add(long from, long to)
    {
        if (from >= to) return;
        var first = _ranges.FindIndex(range => range.To >= from);
        if (first < 0)
        {
            _ranges.Add((from, to));
            return;
        }

        var end = first;
        while (end < _ranges.Count && _ranges[end].From <= to)
        {
            (from, to) = (Math.Min(from, _ranges[end].From), Math.Max(to, _ranges[end].To));
            end++;
        }

        _ranges.RemoveRange(first, end - first);
        _ranges.Insert(first, (from, to));
    }

    public void Remove(long from, long to)
    {
        if (from >= to) return;
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            var range = _ranges[i];
            if (range.To <= from || range.From >= to) continue;
            _ranges.RemoveAt(i);
            if (range.To > to) _ranges.Insert(i, (to, range.To));
            if (range.From < from) _ranges.Insert(i, (range.From, from));
        }
    }

    public bool Contains(long moment) => _ranges.Exists(range => range.From <= moment && moment < range.To);

    public bool ContainsAll(long from, long to) => from >= to || _ranges.Exists(range => range.From <= from && to <= range.To);
}
