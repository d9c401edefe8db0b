using Microsoft.Extensions.Configuration;

namespace MarketData.Kafka.Archive;

/// <summary>How the event topics are read into a history: section <c>[archiver]</c>. <see cref="Read"/> checks it.</summary>
public sealed class ArchiveOptions
{
    // There was no other when the group got its name.
    private const string FirstStore = "clickhouse";

    // What the end needs behind the draining: to commit, to give up batches, to leave the group. Of a short deadline it is a share.
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(10);
    private const double ClosingShare = 0.6;

    // What the process needs behind the archive.
    private static readonly TimeSpan ProcessEnd = TimeSpan.FromSeconds(1);
    private const double ProcessEndShare = 0.1;

    /// <summary>
    /// The consumer group, which remembers what is stored; default <c>marketdata-archiver</c> for ClickHouse, <c>marketdata-archiver-parquet</c> for
    /// files: two stores of one group would get a part of the events each.
    /// </summary>
    public string Group { get; set; } = "";

    /// <summary>Rows of one batch, 1 to 1,000,000; default 50,000.</summary>
    public int BatchRows { get; set; } = 50_000;

    /// <summary>
    /// Bytes of JSON of one batch, 64 KiB to 256 MiB; default 16 MiB. Each table has one batch on its way and one that forms, so this bounds the
    /// memory.
    /// </summary>
    public int BatchBytes { get; set; } = 16 << 20;

    /// <summary>How long a batch waits for more rows, 10 ms to 60 s; default 1 s.</summary>
    public TimeSpan BatchAge { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether a group without offsets expects each topic from its very first record on, so that what is gone of it counts as lost; default no:
    /// topics forget. For a Kafka that begins with this process.
    /// </summary>
    public bool IsFromFirst { get; set; }

    /// <summary>How long a stop may take until everything that was read is stored; from <c>[shutdown]</c>, default 20 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a stop may take from its beginning until the group is left, <see cref="DrainTimeout"/> included; from <c>[shutdown]</c>, default 29 s.
    /// </summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(29);

    /// <summary>Reads and checks <c>[archiver]</c>.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="store">The name of the store, for example <c>clickhouse</c>.</param>
    /// <exception cref="ConfigurationError">The section has faults; all are listed.</exception>
    public static ArchiveOptions Read(IConfiguration configuration, string store)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new ArchiveOptions();
        configuration.GetSection("archiver").Bind(options);
        if (string.IsNullOrWhiteSpace(options.Group))
            options.Group = store == FirstStore ? "marketdata-archiver" : $"marketdata-archiver-{store}";
        // The process is ended at the configured deadline: offsets must be committed and the group be left before it, also when the coordinator
        // is away and the library waits for it.
        var whole = configuration.GetValue("shutdown:timeout", TimeSpan.FromSeconds(30));
        options.DrainTimeout = whole - Least(Closing, whole * ClosingShare);
        options.StopTimeout = whole - Least(ProcessEnd, whole * ProcessEndShare);
        var faults = options.Faults();
        return faults.Count == 0 ? options : throw new ConfigurationError(faults);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private List<string> Faults()
    {
        var faults = new List<string>();
        if (BatchRows is < 1 or > 1_000_000)
            faults.Add($"archiver.batch_rows is {BatchRows}; it must be from 1 to 1000000.");
        if (BatchBytes is < 64 << 10 or > 256 << 20)
            faults.Add($"archiver.batch_bytes is {BatchBytes}; it must be from {64 << 10} to {256 << 20}.");
        if (BatchAge < TimeSpan.FromMilliseconds(10) || BatchAge > TimeSpan.FromMinutes(1))
            faults.Add($"archiver.batch_age_seconds is {BatchAge.TotalSeconds}; it must be from 0.01 to 60.");
        return faults;
    }
}
