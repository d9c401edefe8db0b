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
        var history = Open(HistoryPlace.Find(where, parsed), clock);
        using var connections = history as IDisposable;
        var book = await new BookTravel(history, clock).AtAsync(Instrument.OfKey(key), at, stop);
        if (asJson)
            Console.Out.WriteLine(PastBookText.ToJson(book, depth));
        else
            PastBookText.Write(Console.Out, book, depth);
        return ExitCodeOf(book.State);
    }

    private static IBookHistory Open(HistoryPlace place, TimeProvider clock) =>
        place.Directory is { } directory ? new ParquetBookHistory(directory, clock) : new ClickHouseBookHistory(place.ClickHouse!, clock);

    /// <summary>The exit code: that of <c>coverage</c> for the same knowledge.</summary>
    public static int ExitCodeOf(BookAtState state) => state switch
    {
        BookAtState.Proven => ExitCode.Ok,
        BookAtState.Incident or BookAtState.Broken or BookAtState.Closed or BookAtState.Unusable => CoverageCommand.Incomplete,
        _ => CoverageCommand.Unknown,
    };
}
