namespace Deribit.Client;

/// <summary>
/// The exchange unsubscribed channels, at the client's wish or as the first half of a resynchronisation. Everything that the old subscription
/// sent lies before this in the stream, everything of a new one behind it.
/// </summary>
public sealed class DeribitChannelsEnded : DeribitMessage
{
    /// <summary>The channels as their data named them.</summary>
    public required IReadOnlyList<string> Channels { get; init; }
}
