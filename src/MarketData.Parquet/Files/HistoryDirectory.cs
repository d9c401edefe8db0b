using System.Globalization;
using MarketData.History;

namespace MarketData.Parquet.Files;

/// <summary>
/// Where files lie: <c>trades/exchange=deribit/date=2026-11-22/NAME.parquet</c>. What is not complete lies in <c>.writing</c>, and is worth
/// nothing after a crash.
/// </summary>
internal sealed class HistoryDirectory
{
    private const string Writing = ".writing";

    public HistoryDirectory(string path)
    {
        Root = Path.GetFullPath(path);
        // Of its own for each process: another one may write to the same history.
        Temporary = Path.Combine(Root, Writing, Guid.NewGuid().ToString("N"));
    }

    public string Root { get; }

    public string Temporary { get; }

    /// <summary>Every file of a table, as DuckDB and shells write it.</summary>
    public string Pattern(HistoryTable table) => Path.Combine(Root, HistoryTables.NameOf(table), "*", "*", "*.parquet");

    /// <summary>Whether a table has any file.</summary>
    public bool Holds(HistoryTable table) =>
        Path.Combine(Root, HistoryTables.NameOf(table)) is var path && Directory.Exists(path)
        && Directory.EnumerateFiles(path, "*.parquet", SearchOption.AllDirectories).Any();

    /// <summary>The directory of a day.</summary>
    public string Of(HistoryTable table, string exchange, DateOnly day) => Path.Combine(
        Root, HistoryTables.NameOf(table), "exchange=" + Escape(exchange), $"date={day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");

    /// <summary>A name for a file that is being written.</summary>
    public string NewTemporary()
    {
        Directory.CreateDirectory(Temporary);
        return Path.Combine(Temporary, $"{Guid.NewGuid():N}.parquet");
    }

    /// <summary>Gives a complete file a name of its own in the directory of a day.</summary>
    public static void Publish(string temporary, string directory) =>
        Disk.Publish(temporary, Path.Combine(directory, Path.GetFileName(temporary)));

    // The name comes from outside: no part of a path, and as DuckDB reads it back.
    private static string Escape(string name) => Uri.EscapeDataString(name).Replace(".", "%2E", StringComparison.Ordinal);
}
