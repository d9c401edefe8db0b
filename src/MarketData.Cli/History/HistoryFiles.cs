using System.Globalization;

using MarketData.History;

namespace MarketData.Cli.History;

/// <summary>Directories of histories that are kept as files.</summary>
internal static class HistoryFiles
{
    /// <summary>The key that says where the files are.</summary>
    public const string Key = "parquet:directory";

    /// <summary>The directory of the test network, below that of the real exchange.</summary>
    public const string Testnet = "testnet";

    private const string Runs = "runs";

    /// <summary>A directory, which must hold a history: of any other the views would say that nothing was collected.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="given">What said so.</param>
    /// <exception cref="CommandLineError">It is not there, or holds none.</exception>
    public static string Check(string directory, string given = "parquet.directory")
    {
        if (!Directory.Exists(directory))
        {
            throw new CommandLineError(
                [$"{given} {directory}: there is no such directory. An archiver with ARCHIVER__STORE=parquet makes it, or up, when it collects the real exchange."]);
        }
        return HistoryTables.All.Any(table => Directory.Exists(Path.Combine(directory, HistoryTables.NameOf(table))))
            ? directory
            : throw new CommandLineError([$"{given} {directory}: it holds no history yet.{Elsewhere(directory)}"]);
    }

    /// <summary>The directory of a run that begins.</summary>
    /// <param name="directory">That of the configuration.</param>
    public static string NewRun(string directory) => Path.Combine(
        directory, Runs, string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd'T'HHmmss'Z'}-{Environment.ProcessId}"));

    /// <summary>A directory as a person may type it.</summary>
    public static string Shown(string directory)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, directory);
        var shown = relative.StartsWith("..", StringComparison.Ordinal) ? directory : relative;
        return shown.All(sign => char.IsAsciiLetterOrDigit(sign) || "/\\:._-".Contains(sign, StringComparison.Ordinal))
            ? shown
            : $"'{shown.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    /// <summary>Whether two paths, relative ones or with a separator at the end, name one directory. Links are not followed.</summary>
    public static bool IsSame(string one, string other) => Full(one) == Full(other);

    private static string Full(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));

    private static string Elsewhere(string directory)
    {
        var runs = Path.Combine(directory, Runs);
        var newest = Directory.Exists(runs) ? Directory.EnumerateDirectories(runs).Max(StringComparer.Ordinal) : null;
        var testnet = Path.Combine(directory, Testnet);
        return (newest is null ? "" : $" The newest run of a simulated or replayed exchange: --history {Shown(newest)}")
            + (Directory.Exists(testnet) ? $" The test network: --history {Shown(testnet)}" : "");
    }
}
