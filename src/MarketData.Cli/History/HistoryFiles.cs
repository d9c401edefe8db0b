using System.CommandLine;
using System.Globalization;

using MarketData.Cli.Inspect;
using MarketData.History;

namespace MarketData.Cli.History;

/// <summary>Where the history is, when it is kept as files.</summary>
internal static class HistoryFiles
{
    /// <summary>The key that says where.</summary>
    public const string Key = "parquet:directory";

    private const string Runs = "runs";

    /// <summary>
    /// The directory that a question is about: that of the configuration where it says that an archiver writes files, else that of the newest
    /// <c>up</c>, else that of the configuration.
    /// </summary>
    /// <param name="where">Finds the <c>up</c>.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="configuration">The configuration.</param>
    /// <exception cref="CommandLineError">There is none.</exception>
    public static string Find(InspectOptions where, ParseResult parsed, IConfiguration configuration)
    {
        if (FindOfUp(where, parsed, configuration) is not { } own)
            return Check(configuration[Key]!);

        // Simulated prices beside real ones: nobody should take one for the other.
        Console.Error.WriteLine($"From the history of the running up, {Shown(own)}.");
        return own;
    }

    /// <summary>The directory of the newest <c>up</c>, where that is what is asked about; else null.</summary>
    public static string? FindOfUp(InspectOptions where, ParseResult parsed, IConfiguration configuration) =>
        where.FindUp(parsed, unasked: configuration["archiver:store"] != "parquet") is not { } up ? null
        : up.History ?? (where.NamesUp(parsed) ? throw new CommandLineError(["--addresses: this up keeps no files of what it collects."]) : null);

    /// <summary>A directory, which must be there and hold a history.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="given">What said so.</param>
    /// <exception cref="CommandLineError">It is not there, or what is there are runs of <c>up</c>.</exception>
    public static string Check(string directory, string given = "parquet.directory")
    {
        if (!Directory.Exists(directory))
        {
            throw new CommandLineError(
                [$"{given} {directory}: there is no such directory. An archiver with ARCHIVER__STORE=parquet makes it, or up, when it collects the real exchange."]);
        }

        // The views would say that nothing was collected.
        if (Directory.Exists(Path.Combine(directory, Runs))
            && !HistoryTables.All.Any(table => Directory.Exists(Path.Combine(directory, HistoryTables.NameOf(table))))
            && Directory.EnumerateDirectories(Path.Combine(directory, Runs)).Max(StringComparer.Ordinal) is { } newest)
        {
            throw new CommandLineError(
                [$"{given} {directory}: nothing of a real exchange is there. The newest simulated or replayed run is there with --history {Shown(newest)}"]);
        }
        return directory;
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
        return shown.Contains(' ', StringComparison.Ordinal) ? $"\"{shown}\"" : shown;
    }
}
