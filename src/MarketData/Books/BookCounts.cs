namespace MarketData.Books;

/// <summary>How many books are in which state, and what happened to them since the keeper was created.</summary>
public record struct BookCounts
{
    /// <summary>Books being kept.</summary>
    public int Wanted { get; set; }

    /// <summary>Books in sync.</summary>
    public int Live { get; set; }

    /// <summary>Books without a snapshot on this connection.</summary>
    public int Awaiting { get; set; }

    /// <summary>Books being resubscribed.</summary>
    public int Resyncing { get; set; }

    /// <summary>Books withheld because they cannot be trusted.</summary>
    public int Quarantined { get; set; }

    /// <summary>Frames applied.</summary>
    public long Applied { get; set; }

    /// <summary>Chains that broke.</summary>
    public long Gaps { get; set; }

    /// <summary>Incidents that ended with the book in sync again.</summary>
    public long Healed { get; set; }

    /// <summary>Changes ignored because the book already held them.</summary>
    public long StaleIgnored { get; set; }

    /// <summary>Changes dropped because the book had no base.</summary>
    public long HeldBack { get; set; }

    /// <summary>Messages refused: undecodable, or with a price or an amount that cannot be used.</summary>
    public long Rejected { get; set; }

    /// <summary>Frames after which a book was crossed.</summary>
    public long Crossed { get; set; }

    /// <summary>Times that a book became locked (best bid = best ask).</summary>
    public long Locked { get; set; }

    /// <summary>Removals of a price that the book did not hold.</summary>
    public long UnknownDeletes { get; set; }

    /// <summary>Books that were held against the exchange's own and were the same.</summary>
    public long AuditsAgreed { get; set; }

    /// <summary>Books that were held against the exchange's own and were not the same; each was resubscribed.</summary>
    public long AuditsDiffered { get; set; }

    /// <summary>Books that stood still while the exchange's own went on; each was resubscribed.</summary>
    public long MuteChannels { get; set; }

    /// <summary>Audits without a verdict: no answer, or one of a state that the book was never in.</summary>
    public long AuditsUndecided { get; set; }
}
