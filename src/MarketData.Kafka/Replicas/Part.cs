using MarketData.Exchanges;

namespace MarketData.Kafka.Replicas;

/// <summary>How this process stands to one partition of the symbols.</summary>
/// <param name="Standing">Whether it is held.</param>
/// <param name="Term">The term of this process's own claim; 0 when it has none.</param>
/// <param name="OpenFromUnixNs">
/// Only what was received since then may be published: before, another process may have published it. 0: nothing older is on its way.
/// </param>
/// <param name="Granted">When it became this process's, as a timestamp of the clock; <see cref="Untold"/> until the handler knows.</param>
/// <param name="InheritedUntilUnixMs">Until when everything was published when it became this process's.</param>
internal readonly record struct Part(
    Standing Standing, long Term, long OpenFromUnixNs, long Granted = 0, long InheritedUntilUnixMs = 0)
{
    /// <summary>Later than every timestamp.</summary>
    public const long Untold = long.MaxValue;

    /// <summary>Between the moment that a message bears and its being counted as received lies less than this.</summary>
    private static readonly TimeSpan ReceiptLag = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Until when everything is published, in milliseconds since the Unix epoch: as its former owner said, until a later moment is covered that
    /// lies behind the grant.
    /// </summary>
    /// <param name="covered">Everything that was received before this moment has its outcome; null: no such moment is known.</param>
    public long PublishedUntilUnixMs(IntakeMark? covered) => covered is not null && covered.Timestamp > Granted
        ? (covered.At - ReceiptLag).ToUnixTimeMilliseconds()
        : InheritedUntilUnixMs;
}
