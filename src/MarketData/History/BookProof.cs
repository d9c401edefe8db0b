namespace MarketData.History;

/// <summary>What shows that the book of an instant was still the same at that instant.</summary>
public enum BookProof
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A later change continues exactly this state of the book.</summary>
    Continued,

    /// <summary>
    /// The exchange sent this very state again, as the snapshot of a subscription, which was received two seconds or more after the instant.
    /// </summary>
    SentAgain,

    /// <summary>
    /// The collector repeated the live book unchanged, two seconds or more after the instant (<c>verified_at</c>): by then every change of the
    /// instant had come, unless the connection was lost. So an incident outweighs it.
    /// </summary>
    Repeated,
}
