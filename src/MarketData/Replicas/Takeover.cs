namespace MarketData.Replicas;

/// <summary>A part of the share that another process held before: the interval until its new owner is live is in the ledger.</summary>
/// <param name="Includes">Whether an instrument's key belongs to that part.</param>
/// <param name="PreviousOwner">The process that held it, as its <c>source</c> header says.</param>
/// <param name="PublishedUntilUnixMs">Our clocks: until when it is known to have published everything, in milliseconds since the Unix epoch.</param>
/// <param name="WasReleased">Whether it handed over in order; otherwise it died, froze, or was cut off.</param>
public sealed record Takeover(Func<string, bool> Includes, string PreviousOwner, long PublishedUntilUnixMs, bool WasReleased)
{
    /// <summary>Whether it was an earlier process of this very collector, whose unsent events this one has on disk and sends.</summary>
    public bool IsOwn { get; init; }
}
