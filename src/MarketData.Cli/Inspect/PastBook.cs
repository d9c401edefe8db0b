using System.CommandLine;

using MarketData.Cli.Coverage;
using MarketData.Cli.History;
using MarketData.ClickHouse.Reading;
using MarketData.History;
using MarketData.Parquet.Query;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Inspect;

/// <summary><c>marketdata book --at</c>: the book of an instant, from the history in ClickHouse or in files.</summary>
internal static class PastBook
{
    public static async Task<int> ShowAsync(
        InspectOptions where, ParseResult parsed, string key, TypedTime instant, int depth, bool asJson, TimeProvider clock, CancellationToken stop)
    {
        var at = instant.ToUnixTimeMilliseconds();
        if (at > clock.GetUtcNow().ToUnixTimeMilliseconds())
            throw new CommandLineError([$"--at {instant}: this instant is yet to come."]);
        var history = Open(where, parsed, clock);
        using var connections = history as IDisposable;
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        var instrument = new Instrument { Exchange = key[..dot], Name = key[(dot + 1)..] };
        var book = await new BookTravel(history, clock).AtAsync(instrument, at, stop);
        if (asJson)
            Console.Out.WriteLine(PastBookText.ToJson(book, depth));
        else
            PastBookText.Write(Console.Out, book, depth);
        return ExitCodeOf(book.State);
    }

    // Where an archiver with the same configuration writes.
    private static IBookHistory Open(InspectOptions where, ParseResult parsed, TimeProvider clock)
    {
        var configuration = where.LoadOwn(parsed);
        if (configuration["archiver:store"] == "parquet")
            return new ParquetBookHistory(HistoryFiles.Find(configuration[HistoryFiles.Key]!), clock);
        if (string.IsNullOrEmpty(configuration["clickhouse:url"]))
        {
            throw new ConfigurationError(
                ["clickhouse.url is not set. The book of an instant comes from the history: set it to the HTTP address of the ClickHouse that an "
                + "archiver writes to, in the configuration or as CLICKHOUSE_URL; or set ARCHIVER__STORE=parquet, where the history is kept as files."]);
        }
        return new ClickHouseBookHistory(ClickHouse.ClickHouseServiceCollectionExtensions.ReadOptions(configuration), clock);
    }

    /// <summary>The exit code: that of <c>coverage</c> for the same knowledge.</summary>
    public static int ExitCodeOf(BookAtState state) => state switch
    {
        BookAtState.Proven => ExitCode.Ok,
        BookAtState.Incident or BookAtState.Broken or BookAtState.Closed or BookAtState.Unusable => CoverageCommand.Incomplete,
        _ => CoverageCommand.Unknown,
    };
}
