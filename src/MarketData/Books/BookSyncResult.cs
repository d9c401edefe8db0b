namespace MarketData.Books;

/// <summary>What one frame did to one order book.</summary>
public enum BookSyncResult
{
    /// <summary>A change that continues the chain; published.</summary>
    Applied,

    /// <summary>A snapshot replaced the whole book; published.</summary>
    SnapshotApplied,

    /// <summary>A change that the book already contains; counted and ignored.</summary>
    StaleIgnored,

    /// <summary>A change while the book has no valid base; counted and dropped.</summary>
    HeldBack,

    /// <summary>A change that does not continue the chain; the book is muted and resubscribed.</summary>
    Gap,

    /// <summary>The best bid is above the best ask after the frame; the book is quarantined and resubscribed.</summary>
    Crossed,

    /// <summary>A price or an amount that cannot be used; the book is muted and resubscribed.</summary>
    Refused,

    /// <summary>The book was removed; the frame is dropped.</summary>
    Closed,
}
