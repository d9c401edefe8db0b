namespace Deribit.Client.Transport;

/// <summary>Our wall clock in the unit of the event stream.</summary>
internal static class WallClock
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    public static long UnixNs(TimeProvider timeProvider) =>
        (timeProvider.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * NanosecondsPerTick;
}
