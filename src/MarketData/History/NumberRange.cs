namespace MarketData.History;

/// <summary>Whole numbers from one to another, both included: of a sequence, or times in milliseconds since the Unix epoch.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last; not before the first.</param>
public readonly record struct NumberRange(long From, long To)
{
    /// <summary>How many numbers there are.</summary>
    public long Count => To - From + 1;

    /// <summary>Whether a number is one of them.</summary>
    public bool Contains(long number) => number >= From && number <= To;
}
