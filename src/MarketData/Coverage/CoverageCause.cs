namespace MarketData.Coverage;

/// <summary>Why an interval is not complete.</summary>
public enum CoverageCause
{
    /// <summary>The interval is complete.</summary>
    None,

    /// <summary>The connection that carries the stream was lost.</summary>
    Disconnected,

    /// <summary>The id chain of a book broke.</summary>
    Gap,

    /// <summary>The channel was silent for longer than it can be, or a snapshot did not come.</summary>
    Stale,

    /// <summary>The book was withheld because it could not be trusted.</summary>
    Quarantined,

    /// <summary>Trades are missing and the ledger says so; a repair may be under way.</summary>
    TradeGap,

    /// <summary>Trades are missing, and the ledger says that they cannot be had.</summary>
    Unrecoverable,

    /// <summary>Trade numbers are missing on the topic, and the ledger does not say why.</summary>
    Unexplained,

    /// <summary>The numbering of the trades started over: what was in between cannot be told.</summary>
    SequenceRestarted,

    /// <summary>A message or an event was refused.</summary>
    Rejected,

    /// <summary>The collector was connected and waited for the first data.</summary>
    Awaiting,

    /// <summary>The instrument was not collected, on purpose.</summary>
    Closed,

    /// <summary>The collector stopped without a word, and another (or the same one, restarted) went on later.</summary>
    Silent,

    /// <summary>The ledger has a <c>resynced</c> without the event that it closes.</summary>
    Unopened,

    /// <summary>Nothing is known: the ledger begins later.</summary>
    BeforeLedger,

    /// <summary>Nothing is known: the topic no longer holds what was published then, and the ledger alone does not prove it.</summary>
    NoLongerHeld,

    /// <summary>Nothing is known: nothing was heard of the stream after this.</summary>
    AfterLastWord,
}
