using System.Runtime.CompilerServices;

namespace Deribit.Client.Json;

/// <summary>The levels of one side, reused from frame to frame. Keeps the room of the largest side seen.</summary>
internal sealed class LevelList
{
    /// <summary>Most levels of one side that are accepted; the largest seen on the exchange is about 1,200.</summary>
    public const int MaxLevels = 100_000;

    private DeribitBookLevel[] _items = new DeribitBookLevel[64];

    /// <summary>Levels held.</summary>
    public int Count { get; private set; }

    /// <summary>The levels.</summary>
    public ReadOnlySpan<DeribitBookLevel> Levels => _items.AsSpan(0, Count);

    /// <summary>Empties the list.</summary>
    public void Clear() => Count = 0;

    /// <summary>Appends one level; false when there are <see cref="MaxLevels"/> already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(decimal price, decimal amount)
    {
        int count = Count;
        DeribitBookLevel[] items = _items;
        if ((uint)count >= (uint)items.Length)
        {
            if (count >= MaxLevels) return false;
            items = Grow();
        }

        items[count] = new DeribitBookLevel(price, amount);
        Count = count + 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private DeribitBookLevel[] Grow()
    {
        Array.Resize(ref _items, Math.Min(_items.Length * 2, MaxLevels));
        return _items;
    }
}
