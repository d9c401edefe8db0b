using System.CommandLine;

using MarketData.Cli.Inspect;
using MarketData.ClickHouse;

namespace MarketData.Cli.History;

/// <summary>Where the history is that a command asks: where an archiver with the same configuration writes, or else the newest <c>up</c>.</summary>
/// <param name="Directory">That of the files; null: it is in ClickHouse.</param>
/// <param name="ClickHouse">Where ClickHouse is; null: it is in files.</param>
internal sealed record HistoryPlace(string? Directory, ClickHouseOptions? ClickHouse)
{
    /// <summary>For people.</summary>
    public string Shown => Directory is { } directory ? HistoryFiles.Shown(directory) : $"ClickHouse at {ClickHouse!.Url}";

    /// <summary>Finds it. When an <c>up</c> runs, standard error is told whether it is the one that answers: nobody should take its prices for others.</summary>
    /// <param name="where">Finds the configuration and the <c>up</c>.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="given">The directory that the command line names; null: it names none.</param>
    /// <exception cref="ConfigurationError">There is none.</exception>
    /// <exception cref="CommandLineError">What the command line names is none.</exception>
    public static HistoryPlace Find(InspectOptions where, ParseResult parsed, string? given = null) => Find(where, parsed, given, orFiles: false);

    /// <summary>
    /// The same for questions in SQL: where nothing says where the history is, that of <c>parquet.directory</c> answers. Standard error is told which it
    /// is unless the command line names it: each store has an SQL of its own, and files of an old trial are not what an archiver stored elsewhere.
    /// </summary>
    public static HistoryPlace FindToAsk(InspectOptions where, ParseResult parsed, string? given) => Find(where, parsed, given, orFiles: true);

    /// <summary>The same for who writes: the files need not be there yet. What is written to the history of an <c>up</c> must come from its exchange.</summary>
    /// <param name="where">Finds the configuration and the <c>up</c>.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="configuration">The configuration, with the exchange whose history it is.</param>
    /// <exception cref="ConfigurationError">There is none.</exception>
    /// <exception cref="CommandLineError">What the command line names is none.</exception>
    public static HistoryPlace FindToFill(InspectOptions where, ParseResult parsed, out IConfiguration configuration)
    {
        configuration = where.LoadOwn(parsed);
        var up = where.FindUp(parsed);
        var place = Choose(where, parsed, configuration, up, orFiles: false, directory => directory);
        if (up is not null && place.IsOf(up))
            configuration = where.LoadWithExchangeOf(parsed, up);
        return place;
    }

    /// <summary>Whether these are the files of an <c>up</c>, however the directory is written. One that keeps none has none, wherever this is.</summary>
    public bool IsOf(AddressBook up) => Directory is { } mine && up.History is { } its && HistoryFiles.IsSame(mine, its);

    private static HistoryPlace Find(InspectOptions where, ParseResult parsed, string? given, bool orFiles)
    {
        if (given is not null)
        {
            return where.NamesUp(parsed)
                ? throw new CommandLineError(["--history and --addresses: give one of them."])
                : new HistoryPlace(HistoryFiles.Check(given, "--history"), null);
        }

        var up = where.FindUp(parsed);
        var configuration = where.LoadOwn(parsed);
        var place = Choose(where, parsed, configuration, up, orFiles, directory => HistoryFiles.Check(directory));
        if (orFiles && up is null)
            Console.Error.WriteLine($"From {place.Shown}{(IsNamed(configuration) ? "" : ": no up runs, and the configuration names no store")}.");
        else if (up is not null)
            Console.Error.WriteLine($"From {place.Shown}, {(place.IsOf(up) ? "the history of the running up" : "not from the up that runs")}.");
        return place;
    }

    private static HistoryPlace Choose(
        InspectOptions where, ParseResult parsed, IConfiguration configuration, AddressBook? up, bool orFiles, Func<string, string> check)
    {
        if (up is { History: null } && where.NamesUp(parsed))
            throw new CommandLineError(["--addresses: this up keeps no files of what it collects."]);
        return where.NamesUp(parsed) ? new HistoryPlace(up!.History, null)
            : IsParquet(configuration) ? OfFiles(configuration, check)
            : !string.IsNullOrEmpty(configuration["clickhouse:url"]) ? OfClickHouse(configuration)
            : up?.History is { } own ? new HistoryPlace(own, null)
            : orFiles ? OfFiles(configuration, check)
            : throw new ConfigurationError(
                ["clickhouse.url is not set and no up of this user keeps files. This is asked of the history: set it to the HTTP address of the "
                + "ClickHouse that an archiver writes to, in the configuration or as CLICKHOUSE_URL; or set ARCHIVER__STORE=parquet, where the "
                + "history is kept as files."]);
    }

    private static bool IsParquet(IConfiguration configuration) => configuration["archiver:store"] == "parquet";

    private static bool IsNamed(IConfiguration configuration) => IsParquet(configuration) || !string.IsNullOrEmpty(configuration["clickhouse:url"]);

    private static HistoryPlace OfFiles(IConfiguration configuration, Func<string, string> check) => new(check(configuration[HistoryFiles.Key]!), null);

    private static HistoryPlace OfClickHouse(IConfiguration configuration) =>
        new(null, global::MarketData.ClickHouse.ClickHouseServiceCollectionExtensions.ReadOptions(configuration));
}
