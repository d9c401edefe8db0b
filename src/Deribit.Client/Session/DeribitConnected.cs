namespace Deribit.Client;

/// <summary>A connection is up and its session is set: heartbeat on, authenticated if it could be. Subscribing comes next.</summary>
public sealed class DeribitConnected : DeribitMessage
{
    /// <summary>Whether the exchange accepted the credentials.</summary>
    public required bool Authenticated { get; init; }

    /// <summary>
    /// Whether raw channels are asked for as raw; false when they were denied to this client before and are replaced by 100 ms ones.
    /// </summary>
    public required bool RawAllowed { get; init; }
}
