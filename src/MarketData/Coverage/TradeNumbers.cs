namespace MarketData.Coverage;

/// <summary>
/// What the numbers of the trades on their topic prove by themselves. Comes in: the trades in the order of the topic, duplicates included.
/// Goes out: the times that contiguous numbers span, the holes, and where the numbering started over. Any arrival order of repaired trades is
/// understood, as is a trade that two collectors published.
/// </summary>
internal sealed class TradeNumbers
{
    private readonly List<SortedDictionary<long, TradeMark>> _sequences = [];

    public TradeNumbers(IEnumerable<TradeMark> trades)
    {
        SortedDictionary<long, TradeMark>? current = null;
        long newest = 0;
        foreach (var trade in trades)
        {
            if (IsOfEarlier(trade, current)) continue;
            if (current is null || StartsOver(current, trade, newest))
            {
                _sequences.Add(current = []);
                newest = trade.ExchangeTimeUnixMs;
            }

            current.TryAdd(trade.Sequence, trade);
            newest = Math.Max(newest, trade.ExchangeTimeUnixMs);
        }

        foreach (var sequence in _sequences) Read(sequence);
        for (var i = 1; i < _sequences.Count; i++)
        {
            var (before, after) = (_sequences[i - 1].Values.Max(Time), _sequences[i].Values.Min(Time));
            Restarts.Add((Math.Min(before, after), Math.Max(before + 1, after), _sequences[i - 1].Keys.Last(), _sequences[i].Keys.First()));
        }
    }

    /// <summary>The times within which no number is missing.</summary>
    public TimeSet Complete { get; } = new();

    /// <summary>Numbers that are missing between two that are there, with the times of those two.</summary>
    public List<(long FromId, long ToId, long FromTime, long ToTime)> Holes { get; } = [];

    /// <summary>The times between the last trade of one numbering and the first of the next, with those two numbers.</summary>
    public List<(long FromTime, long ToTime, long LastId, long FirstId)> Restarts { get; } = [];

    /// <summary>Whether a number lies between the first and the last of a numbering that is on the topic: the topic itself knows of it.</summary>
    public bool Spans(long sequence) => _sequences.Exists(numbers => numbers.Keys.First() <= sequence && sequence <= numbers.Keys.Last());

    /// <summary>Whether a trade of that number is on the topic.</summary>
    public bool Has(long sequence) => _sequences.Exists(numbers => numbers.ContainsKey(sequence));

    private void Read(SortedDictionary<long, TradeMark> numbers)
    {
        TradeMark? last = null;
        foreach (var trade in numbers.Values)
        {
            if (last is not null)
            {
                var (from, to) = (Math.Min(Time(last), Time(trade)), Math.Max(Time(last), Time(trade)));
                if (trade.Sequence == last.Sequence + 1) Complete.Add(from, to);
                else Holes.Add((last.Sequence + 1, trade.Sequence - 1, from, Math.Max(to, from + 1)));
            }

            last = trade;
        }
    }

    // A number that another trade had; or one far back that is newer than everything: the exchange counts anew.
    private static bool StartsOver(SortedDictionary<long, TradeMark> numbers, TradeMark trade, long newest)
    {
        if (numbers.TryGetValue(trade.Sequence, out var known)) return known.TradeId != trade.TradeId;
        return !trade.IsBackfill && trade.ExchangeTimeUnixMs > newest && trade.Sequence < numbers.Keys.First();
    }

    // A late copy from before the numbering started over, for example sent again after a crash.
    private bool IsOfEarlier(TradeMark trade, SortedDictionary<long, TradeMark>? current) => _sequences.Exists(numbers =>
        numbers != current && numbers.TryGetValue(trade.Sequence, out var known) && known.TradeId == trade.TradeId);

    private static long Time(TradeMark trade) => trade.ExchangeTimeUnixMs;
}
