namespace MarketData.Soak.Time;

/// <summary>
/// Numbers from a seed (SplitMix64, so that a seed means the same on every platform and version). A part of the soak takes a die of its own
/// with <see cref="Fork"/>, so that one more throw in one part does not change the others.
/// </summary>
internal sealed class Dice(ulong seed)
{
    private readonly ulong _seed = seed;
    private ulong _state = seed;

    /// <summary>A die that depends on this one and the name only.</summary>
    public Dice Fork(string name)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var letter in name)
            hash = (hash ^ letter) * 1_099_511_628_211UL;
        return new Dice(_seed ^ hash);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 inclusive to 1 exclusive.</summary>
    public double NextDouble() => (Next() >> 11) / (double)(1UL << 53);

    /// <summary>From the first inclusive to the second inclusive.</summary>
    public int Between(int least, int most) => least + (int)(Next() % (ulong)(most - least + 1));

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>One of them.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Between(0, items.Count - 1)];

    /// <summary>A span between two bounds, to the millisecond.</summary>
    public TimeSpan Milliseconds(int least, int most) => TimeSpan.FromMilliseconds(Between(least, most));

    /// <summary>Waits as of events that come at random, on average this long.</summary>
    public TimeSpan Exponential(TimeSpan mean) =>
        TimeSpan.FromMilliseconds(1 + Math.Floor(-Math.Log(1 - NextDouble()) * mean.TotalMilliseconds));
}
