namespace MarketData.Parquet;

/// <summary>Where the history is kept as files: the section <c>[parquet]</c>.</summary>
public sealed class ParquetOptions
{
    /// <summary>The directory; made when it is missing.</summary>
    public string Directory { get; set; } = "history";

    /// <summary>Files of one day below <see cref="LargeFileBytes"/> that are merged into one when there are so many; 2 to 10,000.</summary>
    public int MergeFiles { get; set; } = 64;

    /// <summary>Bytes from which on a file is not merged any more; 1 MiB to 16 GiB.</summary>
    public long LargeFileBytes { get; set; } = 64 << 20;

    /// <summary>Throws when an option is out of its range.</summary>
    /// <exception cref="ConfigurationError">The options have faults; all are listed.</exception>
    internal void Validate()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(Directory) || Directory.Contains('\0', StringComparison.Ordinal))
            faults.Add("parquet:directory must name a directory.");
        if (MergeFiles is < 2 or > 10_000)
            faults.Add($"parquet:merge_files is {MergeFiles}; it must be from 2 to 10000.");
        if (LargeFileBytes is < 1 << 20 or > 16L << 30)
            faults.Add($"parquet:large_file_bytes is {LargeFileBytes}; it must be from 1048576 to 17179869184.");
        if (faults.Count > 0)
            throw new ConfigurationError(faults);
    }
}
