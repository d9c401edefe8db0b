using Microsoft.Extensions.Logging;

namespace MarketData.Parquet;

/// <summary>What is said of the files.</summary>
internal static partial class ParquetLog
{
    [LoggerMessage(7401, LogLevel.Warning, "{Reason}", EventName = "ParquetAway")]
    public static partial void Away(ILogger logger, string reason);

    [LoggerMessage(7402, LogLevel.Information, "The history in {Directory} takes {What} again.", EventName = "ParquetBack")]
    public static partial void Back(ILogger logger, string directory, string what);

    [LoggerMessage(7403, LogLevel.Warning, "{Count} rows of {Table} are written in halves, because one of them cannot be written: {Reason}", EventName = "ParquetSplit")]
    public static partial void Split(ILogger logger, string table, int count, string reason);

    [LoggerMessage(7404, LogLevel.Warning, "{File} is of no use and could not be deleted: {Reason}", EventName = "ParquetLeftOver")]
    public static partial void LeftOver(ILogger logger, string file, string reason);
}
