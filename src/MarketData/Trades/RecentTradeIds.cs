using System.Numerics;

namespace MarketData.Trades;

/// <summary>
/// The ids of the latest trades by sequence number, in a table where a number has one place: of a contiguous sequence it holds exactly the
/// latest. Starts small, since most instruments trade rarely.
/// </summary>
internal sealed class RecentTradeIds(int capacity)
{
    private readonly int _capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity));
    private (long Sequence, string? Id)[] _places = new (long, string?)[1];

    /// <summary>The id of the trade with that number; null when it is not remembered.</summary>
    public string? Find(long sequence)
    {
        ref readonly var place = ref _places[sequence & (_places.Length - 1)];
        return place.Id is not null && place.Sequence == sequence ? place.Id : null;
    }

    /// <summary>Remembers a trade, unless a later one has its place: a repaired trade is no news.</summary>
    public void Add(long sequence, string id)
    {
        while (_places.Length < _capacity && _places[sequence & (_places.Length - 1)].Id is not null) Grow();
        ref var place = ref _places[sequence & (_places.Length - 1)];
        if (place.Id is null || place.Sequence <= sequence) place = (sequence, id);
    }

    /// <summary>Forgets every trade.</summary>
    public void Clear() => _places = new (long, string?)[1];

    private void Grow()
    {
        var old = _places;
        _places = new (long, string?)[old.Length * 2];
        foreach (var place in old)
        {
            if (place.Id is not null) _places[place.Sequence & (_places.Length - 1)] = place;
        }
    }
}
