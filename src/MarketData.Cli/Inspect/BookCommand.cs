using System.CommandLine;

using MarketData.Cli.Coverage;
using MarketData.Redis;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Inspect;

/// <summary><c>marketdata book</c>: shows a book as a ladder, the latest one from Redis or that of an instant from the history.</summary>
internal static class BookCommand
{
    private const int DefaultDepth = 10;

    public static Command Create(TimeProvider clock)
    {
        var symbol = new Argument<string>("symbol") { Description = "The instrument: BTC-PERPETUAL or deribit.BTC-PERPETUAL." };
        var at = TimeOption.CreateOptional(
            "--at", "The book at this instant of the exchange, from the history: 2026-01-31T08:00:00.123Z, or how long ago: -90s, -1h30m, -2d.", clock);
        var depth = NumberOption.Create("--depth", $"Levels on each side ({DefaultDepth}).", 1, 1000);
        var json = new Option<bool>("--json") { Description = "Print the value as it is in Redis; with --at, one JSON object." };
        var where = new InspectOptions();
        var command = new Command(
            "book",
            "Show the latest book from Redis as a ladder, or with --at the book of an instant from the history. Exit code with --at 0: proven; "
            + $"{CoverageCommand.Incomplete}: something is missing, or it was not collected; {CoverageCommand.Unknown}: not proven.")
        {
            symbol, at, depth, json,
        };
        where.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var levels = parsed.GetValue(depth) ?? DefaultDepth;
            return parsed.GetValue(at) is { } instant
                ? InspectRunner.RunAsync(
                    stop => PastBook.ShowAsync(
                        where, parsed, TailCommand.KeyOf(parsed.GetValue(symbol))!, instant, levels, parsed.GetValue(json), clock, stop),
                    interrupted: ExitCode.Failed)
                : InspectRunner.RunAsync(
                    stop => ShowLatestAsync(where, parsed, TailCommand.KeyOf(parsed.GetValue(symbol))!, levels, parsed.GetValue(json), stop));
        });
        return command;
    }

    private static async Task<int> ShowLatestAsync(
        InspectOptions where, ParseResult parsed, string key, int depth, bool asJson, CancellationToken stop)
    {
        var options = RedisServiceCollectionExtensions.ReadOptions(where.Load(parsed, "redis:url"));
        await using var reader = await RedisBookReader.ConnectAsync(options, stop);
        if (await reader.ReadAsync(key, stop) is not { } book)
        {
            await Console.Error.WriteLineAsync($"Redis holds no book of {key}: it is not collected, or it is not in sync right now.");
            return ExitCode.Failed;
        }

        if (asJson)
            Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(book.Json.Span));
        else
            Ladder.Write(Console.Out, key, book.Json, book.RemainingTtl, depth);
        return ExitCode.Ok;
    }
}
