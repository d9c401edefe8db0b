using MarketData.Soak.Time;

namespace MarketData.Soak.Oracle;

/// <summary>What was found wrong.</summary>
internal sealed class Verdict(VirtualTime time)
{
    private const int MostKept = 25;
    private readonly List<string> _failures = [];

    public IReadOnlyList<string> Failures => _failures;

    public int Count { get; private set; }

    public bool Passed => Count == 0;

    /// <summary>Notes something that must not be.</summary>
    public void Fail(string what)
    {
        Count++;
        if (_failures.Count < MostKept)
            _failures.Add($"[{time.Elapsed.TotalSeconds,9:0.000} s] {what}");
    }

    public void Check(bool holds, Func<string> what)
    {
        if (!holds)
            Fail(what());
    }
}
