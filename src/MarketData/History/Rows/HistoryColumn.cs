namespace MarketData.History.Rows;

/// <summary>A column of the history.</summary>
/// <param name="Name">Its name, the same in every store.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsOptional">Whether a value may be missing; never of a list.</param>
public sealed record HistoryColumn(string Name, HistoryColumnKind Kind, bool IsOptional = false)
{
    /// <summary>The end of 2299 in milliseconds: the last time that every store holds.</summary>
    private const long LastMillisecond = 10_413_791_999_999;

    /// <summary>The last time that the column holds, in its own unit. Null: it is no time.</summary>
    public long? LastTime => Kind switch
    {
        HistoryColumnKind.Milliseconds => LastMillisecond,
        HistoryColumnKind.Nanoseconds => long.MaxValue,
        _ => null,
    };
}
