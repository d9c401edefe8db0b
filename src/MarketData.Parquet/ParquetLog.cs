using Microsoft.Extensions.Logging;

namespace MarketData.Parquet;

/// <summary>What is said of the files.</summary>
internal static partial class ParquetLog
{
    [LoggerMessage(7401, LogLevel.Warning, "The history in {Directory} takes nothing: {Reason} Rows are kept and tried again.", EventName = "ParquetAway")]
    public static partial void Away(ILogger logger, string directory, string reason);

    [LoggerMessage(7402, LogLevel.Information, "The history in {Directory} takes rows of {Table} again.", EventName = "ParquetBack")]
    public static partial void Back(ILogger logger, string directory, string table);

    [LoggerMessage(7403, LogLevel.Warning, "{Count} rows of {Table} are split: {Reason}", EventName = "ParquetSplit")]
    public static partial void Split(ILogger logger, string table, int count, string reason);

    [LoggerMessage(7404, LogLevel.Debug, "{Count} files in {Directory} are one now.", EventName = "ParquetMerged")]
    public static partial void Merged(ILogger logger, int count, string directory);

    [LoggerMessage(7405, LogLevel.Warning, "Files in {Directory} were not merged, and stay as they are: {Reason}", EventName = "ParquetNotMerged")]
    public static partial void NotMerged(ILogger logger, string directory, string reason);
}
