namespace MarketData.Recording;

/// <summary>A place in a file where the recording is not what was written.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where it begins, bytes from the start of the file.</param>
/// <param name="Bytes">How many bytes cannot be used; zero when whole segments are gone.</param>
/// <param name="IsTail">Whether nothing readable follows: the recorder was killed while it wrote, or the end is damaged.</param>
/// <param name="AfterUnixNs">The newest receive time before it, ns since the Unix epoch; null when nothing is.</param>
/// <param name="BeforeUnixNs">The first receive time behind it; null when nothing is.</param>
public sealed record RecordingDamage(string File, long Offset, long Bytes, bool IsTail, long? AfterUnixNs, long? BeforeUnixNs)
{
    /// <summary>The same as a sentence.</summary>
    public override string ToString() => IsTail
        ? $"{File}: the last {Bytes} bytes, from byte {Offset} on, are no whole segment and were cut off: the recorder was killed while it wrote, "
            + $"or the end is damaged. The last record before is of {Time(AfterUnixNs)}."
        : $"{File}: {(Bytes > 0 ? $"{Bytes} bytes from byte {Offset} on are damaged" : $"segments are missing at byte {Offset}")}. "
            + $"What was received between {Time(AfterUnixNs)} and {Time(BeforeUnixNs)} is not all there.";

    private static string Time(long? unixNs) => unixNs is { } ns
        ? DateTimeOffset.UnixEpoch.AddTicks(ns / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null)
        : "its beginning";
}
