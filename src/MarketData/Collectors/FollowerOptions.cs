using Microsoft.Extensions.Configuration;

namespace MarketData.Collectors;

/// <summary>How patiently a collector follows what it is to collect (section <c>[symbols]</c>, and what needs no operator).</summary>
internal sealed record FollowerOptions
{
    /// <summary>How long a start waits for the symbols topic and for its share before it goes on without them. Default 5 s.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an instrument that is listed no more is still collected, for its last trades. Default 60 s.</summary>
    public TimeSpan ExpiryGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long news of listings are gathered before the instrument list is read; doubles while they keep coming. Default 2 s.
    /// </summary>
    public TimeSpan ListingDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the symbols must be quiet before a change is applied.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>After this time a change is applied even when the symbols do not become quiet.</summary>
    public TimeSpan QuietLimit { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a new trade tape waits to be told where it ended; then it begins with what arrives.</summary>
    public TimeSpan PositionPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The exchange allows one list in ten seconds in the long run (Deribit API v2, <c>get_instruments</c>, as of 2025-06-10): the delay
    /// grows up to this.
    /// </summary>
    public TimeSpan LongestListingDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>News can be missed; at least this often the list is read anyway.</summary>
    public TimeSpan ListingRefresh { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Reads <c>[symbols]</c>.</summary>
    public static FollowerOptions Read(IConfiguration configuration)
    {
        var defaults = new FollowerOptions();
        return defaults with
        {
            StartPatience = configuration.GetValue("symbols:start_patience", defaults.StartPatience),
            ExpiryGrace = configuration.GetValue("symbols:expiry_grace", defaults.ExpiryGrace),
            ListingDelay = configuration.GetValue("symbols:listing_delay", defaults.ListingDelay),
        };
    }
}
