namespace Deribit.Client;

/// <summary>The exchange did not accept channels.</summary>
public sealed class DeribitChannelsRefused : DeribitMessage
{
    /// <summary>The channels as they were asked for in <see cref="DeribitClient.Subscribe"/>.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>How often they were asked for.</summary>
    public required int Attempts { get; init; }

    /// <summary>True: they count as unavailable and are asked for again only on a new connection. False: another attempt follows.</summary>
    public required bool GivenUp { get; init; }

    /// <summary>Why, as a full sentence.</summary>
    public required string Detail { get; init; }
}
