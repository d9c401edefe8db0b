using Microsoft.Extensions.Logging;

namespace MarketData.ClickHouse;

/// <summary>Every log line of the ClickHouse room; event ids 7200 to 7299. No line holds a secret.</summary>
internal static partial class ClickHouseLog
{
    [LoggerMessage(7200, LogLevel.Information, "The migration {Name} was applied to the database {Database}.")]
    public static partial void MigrationApplied(ILogger logger, string name, string database);

    [LoggerMessage(7201, LogLevel.Warning, "{Reason}")]
    public static partial void Away(ILogger logger, string reason);

    [LoggerMessage(7202, LogLevel.Information, "The table {Table} takes rows again.")]
    public static partial void Back(ILogger logger, string table);

    [LoggerMessage(7203, LogLevel.Debug, "The table {Table} refused {Rows} rows ({Reason}); they are tried in halves.")]
    public static partial void Split(ILogger logger, string table, int rows, string reason);

    [LoggerMessage(7204, LogLevel.Warning, "{Reason}")]
    public static partial void AwayAtStart(ILogger logger, string reason);

    [LoggerMessage(7205, LogLevel.Information, "Rows of {Table} are kept longer than before: {Wanted}, not {Before}.")]
    public static partial void KeptLonger(ILogger logger, string table, string before, string wanted);

    [LoggerMessage(7206, LogLevel.Warning, "Rows of {Table} are deleted sooner than before: they are kept {Wanted}, not {Before}.")]
    public static partial void KeptShorter(ILogger logger, string table, string before, string wanted);
}
