namespace Deribit.Client;

/// <summary>The exchange accepted channels. Data of a channel may come before this.</summary>
public sealed class DeribitChannelsAcknowledged : DeribitMessage
{
    /// <summary>The channels as their data will name them: a raw channel that fell back is listed as its 100 ms one.</summary>
    public required IReadOnlyList<string> Channels { get; init; }
}
