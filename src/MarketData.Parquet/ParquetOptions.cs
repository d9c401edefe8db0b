namespace MarketData.Parquet;

/// <summary>Where the history is kept as files: the section <c>[parquet]</c>.</summary>
public sealed class ParquetOptions
{
    /// <summary>The directory; made when it is missing. A relative one is below the working directory.</summary>
    public string Directory { get; set; } = "history";

    /// <summary>So many files of one day, each below <see cref="LargeFileBytes"/>, become one.</summary>
    internal int MergeFiles { get; set; } = 64;

    /// <summary>A file of so many bytes is not merged any more.</summary>
    internal long LargeFileBytes { get; set; } = 64 << 20;
}
