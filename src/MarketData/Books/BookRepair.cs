using System.Diagnostics;

using MarketData.Liveness;

namespace MarketData.Books;

/// <summary>
/// The incident of one book: which events it opened, and what was tried so far. Owned by its <see cref="OrderBookSynchroniser"/>, moved on
/// by the <see cref="BookKeeper"/>. Deadlines are monotonic timestamps of the keeper's clock.
/// </summary>
/// <param name="probeAfter">The shortest silence of the channel that counts, in ticks of that clock.</param>
internal sealed class BookRepair(long probeAfter)
{
    /// <summary>A deadline that never comes.</summary>
    public const long Never = long.MaxValue;

    /// <summary>The generation of the connection that carries the book, or last did; 0 before the first.</summary>
    public long Epoch;

    /// <summary>Whether a connection that carries the book is up.</summary>
    public bool IsConnected;

    /// <summary>What is being done.</summary>
    public BookRepairPhase Phase;

    /// <summary>When <see cref="Phase"/> moves on by itself.</summary>
    public long Deadline = Never;

    /// <summary>Whether an integrity event was published that a <c>resynced</c> event must close.</summary>
    public bool IsOpen;

    /// <summary>The span of the incident; null when there is none, or nobody listens.</summary>
    public Activity? Span;

    /// <summary>Since when the book is not live; <see cref="Never"/> while it is.</summary>
    public long UnsyncedSince = Never;

    /// <summary>Whether a <c>quarantined</c> event was published since the incident began.</summary>
    public bool IsQuarantineTold;

    /// <summary>The last id published before the incident.</summary>
    public long? FromId;

    /// <summary>The exchange's time of <see cref="FromId"/>.</summary>
    public long? FromTimeUnixMs;

    /// <summary>Resubscriptions spent on this incident.</summary>
    public int Resubscribes;

    /// <summary>Whether a new connection was spent on this incident.</summary>
    public bool ConnectionSpent;

    /// <summary>Why the last attempt failed by the exchange's own word; null when it did not.</summary>
    public string? Failure;

    /// <summary>Incidents in a row that began before the book had been live for long enough to be called stable.</summary>
    public int Relapses;

    /// <summary>When the book last became live.</summary>
    public long LiveSince = Never;

    /// <summary>When the next periodic snapshot is due.</summary>
    public long SnapshotDue = Never;

    /// <summary>The book's place within the snapshot interval, 0 to 1, so that the books' snapshots spread evenly.</summary>
    public double Slot;

    /// <summary>Whether the book waits to be held against the exchange's own.</summary>
    public bool AuditDue;

    /// <summary>The audit under way; ends when the book leaves the live state or is replaced.</summary>
    public BookAudit? Audit;

    /// <summary>When the next audit may be asked for.</summary>
    public long AuditAllowedAt = long.MinValue;

    /// <summary>When the next routine audit is due.</summary>
    public long AuditPlannedAt = Never;

    /// <summary>Bracketed answers in a row that differed.</summary>
    public int AuditMisses;

    /// <summary>How often the book's channel usually speaks.</summary>
    public readonly ChannelCadence Cadence = new(probeAfter);

    /// <summary>Forgets what was spent: the incident is over.</summary>
    public void Close()
    {
        IsOpen = false;
        IsQuarantineTold = false;
        FromId = null;
        FromTimeUnixMs = null;
        Resubscribes = 0;
        ConnectionSpent = false;
        Failure = null;
        Span?.Dispose();
        Span = null;
    }
}
