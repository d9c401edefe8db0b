namespace MarketData.Recording;

/// <summary>How a <see cref="RecordingWriter"/> works; the defaults are meant for a live market.</summary>
public sealed record RecordingWriterOptions
{
    /// <summary>Bytes of records that may wait for the disk; default 64 MiB, some ten seconds of a whole exchange in turmoil; at most 128 MiB.</summary>
    public int MostWaitingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>A segment is written when it has this many bytes of records; default 1 MiB.</summary>
    public int SegmentBytes { get; init; } = 1024 * 1024;

    /// <summary>A segment is written at the latest after this time, so that a crash loses no more; default 0.5 s.</summary>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Pause after the disk refused a segment; default 1 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a disk that refuses is tried at the end; default 5 s.</summary>
    public TimeSpan LastTries { get; init; } = TimeSpan.FromSeconds(5);
}
