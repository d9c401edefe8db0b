using System.Globalization;
using MarketData.Checks;

namespace MarketData.Kafka.Checks;

/// <summary>Looks whether collectors could spill to the disk of this machine, as this user. Any thread.</summary>
public static class SpillCheck
{
    /// <summary>The subject of what is found.</summary>
    public const string Subject = "spill directory";

    /// <summary>Looks; a file is made and removed again, no directory.</summary>
    /// <param name="options">Where the log would be.</param>
    public static Finding Run(KafkaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Spill.Enabled)
            return new Finding(Subject, FindingState.NotConfigured, "kafka.spill.enabled is false: while Kafka is away, the intake stops when memory is full");
        var wanted = options.Spill.Directory.Length > 0
            ? Path.GetFullPath(options.Spill.Directory) : Path.GetDirectoryName(SpillDirectory.Default("doctor", options.BootstrapServers))!;
        var advice = "Set kafka.spill.directory to a directory that the collectors' user may write to.";
        try
        {
            var present = NearestDirectory(wanted);
            var probe = Path.Combine(present, $".marketdata-{Guid.NewGuid():N}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return Room(wanted, present == wanted, new DriveInfo(present).AvailableFreeSpace, options.Spill);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Finding(Subject, FindingState.Fault, $"{wanted} cannot be written to ({exception.Message.TrimEnd('.')})", advice);
        }
    }

    internal static Finding Room(string directory, bool exists, long free, KafkaSpillOptions spill)
    {
        var found = $"{directory}{(exists ? "" : " (made when it is needed)")}, {Size(free)} free";
        var usable = free - spill.FreeBytes;
        if (usable <= 0)
        {
            return new Finding(
                Subject, FindingState.Fault, $"{found}, but kafka.spill.free_bytes leaves {Size(spill.FreeBytes)} to others",
                "While Kafka is away, the intake would stop at once. Make room, or move kafka.spill.directory to another disk.");
        }

        return usable < spill.QuotaBytes
            ? new Finding(
                Subject, FindingState.Warning, $"{found}, so that {Size(usable)} of the {Size(spill.QuotaBytes)} of kafka.spill.quota_bytes can be used",
                "Make room, move kafka.spill.directory to another disk, or lower the quota.")
            : new Finding(Subject, FindingState.Ok, $"{found}, writable");
    }

    private static string NearestDirectory(string path)
    {
        while (!Directory.Exists(path))
        {
            if (File.Exists(path))
                throw new IOException($"{path} is a file");
            path = Path.GetDirectoryName(path) ?? throw new IOException("There is no such root");
        }

        return path;
    }

    private static string Size(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MiB");
}
