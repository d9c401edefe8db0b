using MarketData.Soak.Faults;

namespace MarketData.Soak.Oracle;

/// <summary>One interruption of one book: what the ledger must say, or what it says.</summary>
internal sealed class Incident(long? fromId, string why)
{
    /// <summary>The last state before it.</summary>
    public long? FromId { get; } = fromId;

    public string Why { get; } = why;

    /// <summary>
    /// The last state that a client may still have published when it could not tell whose the frame of no use was: it then learns of the
    /// break from a later frame. Null when it knew at once.
    /// </summary>
    public long? LaterFromId { get; set; }

    /// <summary>The state that ended it; null while it is open.</summary>
    public long? ToId { get; set; }

    /// <summary>Whether the collector need not tell of it, because the instrument was about to leave.</summary>
    public bool IsOptional { get; init; }

    public IReadOnlyList<InjectedFault> Causes { get; init; } = [];

    public override string ToString() => $"{FromId}..{ToId} ({Why}; {string.Join(" | ", Causes)})";
}
