namespace MarketData.Kafka;

/// <summary>
/// Where events wait while Kafka is away (section <c>[kafka.spill]</c>): an append-only log on disk. Checked by
/// <see cref="KafkaOptionsValidator"/>.
/// </summary>
public sealed class KafkaSpillOptions
{
    /// <summary>The smallest part that the log is cut into.</summary>
    internal const long LeastSegment = 4 << 20;

    /// <summary>Whether the lane spills to disk; default true. Without, it holds only what its queues hold.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The directory of this collector alone. Empty, the default: where the container's registration decides, below the user's state
    /// directory; a lane made by hand does not spill then.
    /// </summary>
    public string Directory { get; set; } = "";

    /// <summary>
    /// Bytes that the log may take, 16 MiB to 100 TiB; default 10 GiB. When they are used up, the intake stops. On disk it may be up to two
    /// segments (<see cref="SegmentBytes"/>) more.
    /// </summary>
    public long QuotaBytes { get; set; } = 10L << 30;

    /// <summary>Bytes of the disk that the log leaves free for others, 0 to 100 TiB; default 256 MiB.</summary>
    public long FreeBytes { get; set; } = 256L << 20;

    /// <summary>
    /// How often what was spilled is made durable and what was acknowledged is given up, 10 ms to 10 s; default 250 ms. A kill loses at most
    /// what arrived within one such interval.
    /// </summary>
    public TimeSpan Commit { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long Kafka may acknowledge nothing before events go to disk, 100 ms to 1 h; default 2 s.</summary>
    public TimeSpan After { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of one file of the log, a power of two from 4 MiB to 1 GiB; default 64 MiB. Disk space is given back file by file.</summary>
    public long SegmentBytes { get; set; } = 64L << 20;

    /// <summary>Whether a lane with these options spills.</summary>
    internal bool IsActive => Enabled && Directory.Length > 0;
}
