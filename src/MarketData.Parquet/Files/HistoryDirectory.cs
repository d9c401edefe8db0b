using System.Globalization;
using MarketData.History;
using Microsoft.Extensions.Logging;

namespace MarketData.Parquet.Files;

/// <summary>
/// Where files lie: <c>trades/exchange=deribit/date=2026-11-22/NAME.parquet</c>, and beside them <c>NAME.writing</c> until they are complete.
/// Several processes may write to one directory: no two give a file the same name.
/// </summary>
internal sealed class HistoryDirectory(string path)
{
    private const string Complete = ".parquet";
    private const string Incomplete = ".writing";

    /// <summary>Bytes that a file system allows in one name, less the ones of <c>exchange=</c> and some.</summary>
    private const int LongestName = 200;

    /// <summary>Nobody writes one file for so long.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly Disk _disk = new();

    public string Root { get; } = Path.GetFullPath(path);

    /// <summary>Whether there is a file where the directory, or one above it, should be.</summary>
    public bool IsFile
    {
        get
        {
            for (var path = Root; path is not null; path = Path.GetDirectoryName(path))
            {
                if (File.Exists(path))
                    return true;
            }
            return false;
        }
    }

    /// <summary>Every file of a table, as DuckDB and shells write it.</summary>
    public string Pattern(HistoryTable table) => Path.Combine(Of(table), "*", "*", "*" + Complete);

    /// <summary>Whether a table has any file.</summary>
    /// <exception cref="IOException">Nobody can say.</exception>
    public bool Holds(HistoryTable table) =>
        Directory.Exists(Of(table)) && Directory.EnumerateFiles(Of(table), "*" + Complete, SearchOption.AllDirectories).Any();

    /// <summary>Why files of an exchange cannot have a directory; null when they can.</summary>
    public static string? FaultOf(string exchange) => exchange.Length == 0 || Escape(exchange).Length > LongestName
        ? $"value_out_of_range: The exchange '{exchange}' is no name of a directory: it must have from 1 to {LongestName} bytes."
        : null;

    /// <summary>Makes the directory, and takes away what a killed process left incomplete.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public void Prepare(DateTimeOffset now, ILogger logger)
    {
        _disk.Make(Root);
        var trial = Path.Combine(Root, $".{Guid.NewGuid():N}");
        File.WriteAllBytes(trial, []);
        File.Delete(trial);
        foreach (var table in HistoryTables.All.Select(Of).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(table, "*" + Incomplete, SearchOption.AllDirectories))
            {
                if (now.UtcDateTime - File.GetLastWriteTimeUtc(file) > Abandoned)
                    Delete(file, logger);
            }
        }
    }

    /// <summary>A name for a new file in the directory of a day, which is made.</summary>
    public string NewFile(HistoryTable table, string exchange, DateOnly day)
    {
        var directory = Path.Combine(
            Of(table), "exchange=" + Escape(exchange), $"date={day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        _disk.Make(directory);
        return Path.Combine(directory, Guid.NewGuid().ToString("N") + Incomplete);
    }

    /// <summary>The file is complete.</summary>
    public static void Publish(string file) => Disk.Publish(file, Path.ChangeExtension(file, Complete));

    /// <summary>Takes a file away, under either name, of which it is not known that it is there for good.</summary>
    public static void Withdraw(string file, ILogger logger)
    {
        Delete(file, logger);
        Delete(Path.ChangeExtension(file, Complete), logger);
    }

    /// <summary>Takes a file away that is of no use; that it cannot be is only told.</summary>
    private static void Delete(string file, ILogger logger)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ParquetLog.LeftOver(logger, file, exception.Message);
        }
    }

    private string Of(HistoryTable table) => Path.Combine(Root, HistoryTables.NameOf(table));

    // The name comes from outside: no part of a path, no word of DuckDB's own, and as DuckDB reads it back.
    private static string Escape(string name) =>
        Uri.EscapeDataString(name).Replace(".", "%2E", StringComparison.Ordinal).Replace("_", "%5F", StringComparison.Ordinal);
}
