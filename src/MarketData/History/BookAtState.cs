namespace MarketData.History;

/// <summary>How much the book of an instant is worth. Only <see cref="Proven"/> is the book of that instant for sure.</summary>
public enum BookAtState
{
    /// <summary>
    /// The chain of ids is whole up to the instant, and what comes after it shows that the book was still the same: the next change continues
    /// it, or it was seen again.
    /// </summary>
    Proven,

    /// <summary>The last known book: an incident of the ledger covers the instant.</summary>
    Incident,

    /// <summary>The last known book before a hole: changes are missing between it and what comes next.</summary>
    Broken,

    /// <summary>The last known book: before the instant, the instrument was given up on purpose.</summary>
    Closed,

    /// <summary>The last known book: the history holds nothing after it that would prove it.</summary>
    Unconfirmed,

    /// <summary>No book: an event of the way there contradicts what the book holds, or cannot be held.</summary>
    Unusable,

    /// <summary>No book: the history of the book begins later.</summary>
    BeforeHistory,

    /// <summary>No book: the history holds no snapshot of the instrument.</summary>
    UnknownInstrument,

    /// <summary>No book: the instant is yet to come.</summary>
    InFuture,
}
