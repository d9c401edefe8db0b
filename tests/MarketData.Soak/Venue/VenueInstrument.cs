using MarketData.Soak.Time;

namespace MarketData.Soak.Venue;

/// <summary>
/// One instrument of the exchange: its book, every state the book was ever in, and every trade. Owns the truth that the oracle compares
/// with.
/// </summary>
internal sealed class VenueInstrument
{
    private const int MostLevels = 14;
    private readonly Dice _dice;
    private readonly SortedDictionary<long, long> _bids = new(Comparer<long>.Create((left, right) => right.CompareTo(left)));
    private readonly SortedDictionary<long, long> _asks = [];
    private readonly Dictionary<long, BookState> _history = [];
    private readonly List<VenueTrade> _trades = [];
    private long _middle;

    public VenueInstrument(string name, string kind, decimal tick, decimal step, long middle, Dice dice)
    {
        (Name, Kind, Tick, Step, _middle, _dice) = (name, kind, tick, step, middle, dice);
        Sequence = dice.Between(0, 1) == 0 ? dice.Between(0, 40) : dice.Between(1_000, 2_000_000_000);
        for (var level = 1; level <= 6; level++)
        {
            _bids[_middle - (level * dice.Between(1, 2))] = dice.Between(1, 500);
            _asks[_middle + (level * dice.Between(1, 2))] = dice.Between(1, 500);
        }
    }

    public string Name { get; }

    public string Kind { get; }

    public decimal Tick { get; }

    public decimal Step { get; }

    /// <summary>Whether it trades; false before its listing and after its expiry.</summary>
    public bool IsOpen { get; set; } = true;

    public long ExpiresUnixMs { get; set; } = 32_503_708_800_000;

    public required TimeSpan ChangeEvery { get; init; }

    public required TimeSpan TradeEvery { get; init; }

    public long ChangeId { get; private set; }

    public long Sequence { get; private set; }

    public int Epoch { get; private set; }

    /// <summary>The exchange's time of the last change.</summary>
    public long ChangedUnixMs { get; private set; }

    public decimal LastPrice => _middle * Tick;

    public BookState State => _history[ChangeId];

    public IReadOnlyList<VenueTrade> Trades => _trades;

    /// <summary>The combos that have this instrument as a leg.</summary>
    public string? LegOf { get; set; }

    public BookState? StateAt(long changeId) => _history.GetValueOrDefault(changeId);

    /// <summary>Makes the first state, or one more without a change.</summary>
    public void Stamp(long changeId, long timeUnixMs)
    {
        (ChangeId, ChangedUnixMs) = (changeId, timeUnixMs);
        _history[changeId] = new BookState(changeId, Levels(_bids), Levels(_asks));
    }

    /// <summary>Changes one to five levels. The book is never crossed; now and then a side is empty or the book is locked.</summary>
    public List<LevelChange> Move(long changeId, long timeUnixMs)
    {
        var changes = new List<LevelChange>();
        for (var left = _dice.Between(1, 5); left > 0; left--)
        {
            var isBid = _dice.Chance(0.5);
            var side = isBid ? _bids : _asks;
            var roll = _dice.NextDouble();
            if (roll < 0.3 && side.Count > (_dice.Chance(0.02) ? 0 : 1) || side.Count >= MostLevels)
                Set(changes, isBid, side.Keys.ElementAt(roll < 0.1 ? 0 : _dice.Between(0, side.Count - 1)), 0);
            else if (roll < 0.6 && side.Count > 0)
                Set(changes, isBid, side.Keys.ElementAt(_dice.Between(0, side.Count - 1)), _dice.Between(1, 900));
            else
                Set(changes, isBid, NewPrice(isBid), _dice.Between(1, 900));
        }

        // One entry per price: the last word counts, as the exchange gathers a period's changes.
        var net = changes.GroupBy(change => (change.IsBid, change.Price)).Select(group => group.Last()).ToList();
        Stamp(changeId, timeUnixMs);
        return net;
    }

    /// <summary>Trades once.</summary>
    public VenueTrade Trade(string id, long timeUnixMs, TimeSpan at, string? comboTradeId)
    {
        var isBuy = _dice.Chance(0.5);
        var side = isBuy ? _asks : _bids;
        var price = (side.Count > 0 ? side.Keys.First() : _middle) * Tick;
        var trade = new VenueTrade(
            Epoch, ++Sequence, id, price, _dice.Between(1, 300) * Step, isBuy, timeUnixMs, comboTradeId is null ? null : LegOf, comboTradeId)
        {
            At = at,
        };
        _trades.Add(trade);
        return trade;
    }

    /// <summary>The exchange skips numbers: trades that never were.</summary>
    public (long From, long To) SkipSequence(int count)
    {
        var from = Sequence + 1;
        Sequence += count;
        return (from, Sequence);
    }

    /// <summary>The exchange counts from the beginning again.</summary>
    public void RestartSequence()
    {
        Epoch++;
        Sequence = Epoch;
    }

    private long NewPrice(bool isBid)
    {
        // Wanders with the market, but never beyond the other side's best.
        _middle += _dice.Between(-1, 1);
        if (isBid)
        {
            var limit = _asks.Count > 0 ? _asks.Keys.First() - (_dice.Chance(0.02) ? 0 : 1) : _middle;
            return Math.Min(limit, _middle - _dice.Between(0, 12));
        }

        var least = _bids.Count > 0 ? _bids.Keys.First() + (_dice.Chance(0.02) ? 0 : 1) : _middle;
        return Math.Max(least, _middle + _dice.Between(0, 12));
    }

    private void Set(List<LevelChange> changes, bool isBid, long price, long amount)
    {
        var side = isBid ? _bids : _asks;
        var action = amount == 0 ? "delete" : side.ContainsKey(price) ? "change" : "new";
        if (amount == 0)
            side.Remove(price);
        else
            side[price] = amount;
        changes.Add(new LevelChange(isBid, action, price * Tick, amount * Step));
    }

    private (decimal, decimal)[] Levels(SortedDictionary<long, long> side)
    {
        var levels = new (decimal, decimal)[side.Count];
        var i = 0;
        foreach (var (price, amount) in side)
            levels[i++] = (price * Tick, amount * Step);
        return levels;
    }
}
