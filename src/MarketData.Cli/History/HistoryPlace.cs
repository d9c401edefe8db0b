using System.CommandLine;

using MarketData.Cli.Inspect;
using MarketData.ClickHouse;

namespace MarketData.Cli.History;

/// <summary>Where the history is that a command asks: where an archiver with the same configuration writes, or else the newest <c>up</c>.</summary>
/// <param name="Directory">That of the files; null: it is in ClickHouse.</param>
/// <param name="ClickHouse">Where ClickHouse is; null: it is in files.</param>
internal sealed record HistoryPlace(string? Directory, ClickHouseOptions? ClickHouse)
{
    /// <summary>Finds it.</summary>
    /// <param name="where">Finds the configuration and the <c>up</c>.</param>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="ConfigurationError">There is none.</exception>
    /// <exception cref="CommandLineError">What the command line names is none.</exception>
    public static HistoryPlace Find(InspectOptions where, ParseResult parsed)
    {
        var configuration = where.LoadOwn(parsed);
        var isClickHouseKnown = !string.IsNullOrEmpty(configuration["clickhouse:url"]);
        if (configuration["archiver:store"] == "parquet" || where.NamesUp(parsed)
            || (!isClickHouseKnown && HistoryFiles.FindOfUp(where, parsed, configuration) is not null))
        {
            return new HistoryPlace(HistoryFiles.Find(where, parsed, configuration), null);
        }
        if (!isClickHouseKnown)
        {
            throw new ConfigurationError(
                ["clickhouse.url is not set and no up of this user keeps files. This is asked of the history: set it to the HTTP address of the "
                + "ClickHouse that an archiver writes to, in the configuration or as CLICKHOUSE_URL; or set ARCHIVER__STORE=parquet, where the "
                + "history is kept as files."]);
        }
        return new HistoryPlace(null, global::MarketData.ClickHouse.ClickHouseServiceCollectionExtensions.ReadOptions(configuration));
    }
}
