namespace MarketData.History.Rows;

/// <summary>What a column of the history holds, whatever the store calls it.</summary>
public enum HistoryColumnKind
{
    /// <summary>A text of which there are few: a <see cref="string"/>.</summary>
    Name,

    /// <summary>Any text: a <see cref="string"/>.</summary>
    Text,

    /// <summary>A <see cref="long"/>.</summary>
    Whole,

    /// <summary>A <see cref="decimal"/> with at most 20 digits before the point and 18 behind it.</summary>
    Exact,

    /// <summary>A figure that the exchange computes: a <see cref="double"/>.</summary>
    Computed,

    /// <summary>A time in milliseconds since the Unix epoch: a <see cref="long"/> from 0 to the end of 2299.</summary>
    Milliseconds,

    /// <summary>A time in nanoseconds since the Unix epoch: a <see cref="long"/> from 0.</summary>
    Nanoseconds,

    /// <summary>A list of <see cref="Name"/>.</summary>
    Names,

    /// <summary>A list of <see cref="Text"/>.</summary>
    Texts,

    /// <summary>A list of <see cref="Whole"/>, each of which may be null.</summary>
    Wholes,

    /// <summary>A list of <see cref="Exact"/>.</summary>
    Exacts,
}
