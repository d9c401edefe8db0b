using MarketData.Cli.Inspect;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.History;

/// <summary>Where the history is, when it is kept as files.</summary>
internal static class HistoryFiles
{
    /// <summary>The key that says where.</summary>
    public const string Key = "parquet:directory";

    /// <summary>The directory of the configuration.</summary>
    /// <param name="config">The configuration directory; null: found by itself.</param>
    /// <exception cref="ConfigurationFaultsException">The configuration has faults.</exception>
    public static string OfConfiguration(string? config)
    {
        var loaded = InspectOptions.Read(config, [], out _);
        loaded.ThrowIfFaulty();
        return loaded[Key];
    }

    /// <summary>The directory, which must be there.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="given">What said so.</param>
    /// <exception cref="CommandLineError">It is not there.</exception>
    public static string Find(string directory, string given = "parquet.directory") => Directory.Exists(directory)
        ? directory
        : throw new CommandLineError([$"{given} {directory}: there is no such directory. An archiver with ARCHIVER__STORE=parquet makes it."]);
}
