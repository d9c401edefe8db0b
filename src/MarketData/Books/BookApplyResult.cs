namespace MarketData.Books;

/// <summary>
/// What became of the levels handed to an <see cref="OrderBook"/>. Everything but <see cref="Applied"/> leaves the book empty.
/// </summary>
public enum BookApplyResult
{
    /// <summary>Every level is in the book.</summary>
    Applied,

    /// <summary>An amount below zero.</summary>
    NegativeAmount,

    /// <summary>An amount of zero in a snapshot, where there is nothing to remove.</summary>
    ZeroAmount,

    /// <summary>
    /// A price or an amount that the book cannot hold exactly beside the values that it already holds (19 digits in all).
    /// </summary>
    NotRepresentable,

    /// <summary>More levels on one side than the book's limit.</summary>
    TooManyLevels,
}
