using MarketData.Trades;

namespace MarketData.Exchanges;

/// <summary>One instrument that is to be collected, and where to go on.</summary>
public sealed record WantedInstrument
{
    /// <summary>The instrument.</summary>
    public required Instrument Instrument { get; init; }

    /// <summary>
    /// The last trade of the instrument that is known to be on the topic, so that the tape goes on behind it; null when none is known, and
    /// the tape begins with the first trade that arrives. Looked at only when the instrument was not collected before; for a tape that began
    /// while the position could not be learnt, it is given later, as soon as it is.
    /// </summary>
    public TradePosition? LastTrade { get; init; }

    /// <summary>
    /// Whether <see cref="LastTrade"/> is asked for and not known yet. Until it is given, or said to be none by <see langword="false"/> here,
    /// no trade of the tape is a place to go on from: what is missing before its first one is not known.
    /// </summary>
    public bool AwaitsLastTrade { get; init; }

    /// <summary>
    /// When the instrument's earlier owner stopped proving it, in milliseconds since the Unix epoch; null when it is collected for the first
    /// time or was closed in order. When given, each of its channels begins with a <see cref="IntegrityKind.Disconnected"/> event from that
    /// time on, which <see cref="IntegrityKind.Resynced"/> closes. Of an instrument that is collected already only its trades look at
    /// it, and only while they have no <see cref="LastTrade"/>.
    /// </summary>
    public long? InterruptedSinceUnixMs { get; init; }

    /// <summary>Why the earlier owner stopped, as a sentence for that event; null for a sentence that only says that another one did.</summary>
    public string? InterruptedBy { get; init; }
}
