using System.CommandLine;

using MarketData.Redis;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Inspect;

/// <summary><c>marketdata book</c>: shows the latest book from Redis as a ladder.</summary>
internal static class BookCommand
{
    public static Command Create()
    {
        var symbol = new Argument<string>("symbol") { Description = "The instrument: BTC-PERPETUAL or deribit.BTC-PERPETUAL." };
        var depth = NumberOption.Create("--depth", "Levels on each side (10).", 1, 1000);
        var json = new Option<bool>("--json") { Description = "Print the value as it is in Redis." };
        var where = new InspectOptions();
        var command = new Command("book", "Show the latest book from Redis as a ladder.") { symbol, depth, json };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(async stop =>
        {
            var key = TailCommand.KeyOf(parsed.GetValue(symbol))!;
            var options = RedisServiceCollectionExtensions.ReadOptions(where.Load(parsed, "redis:url"));
            await using var reader = await RedisBookReader.ConnectAsync(options, stop);
            if (await reader.ReadAsync(key, stop) is not { } book)
            {
                await Console.Error.WriteLineAsync($"Redis holds no book of {key}: it is not collected, or it is not in sync right now.");
                return ExitCode.Failed;
            }

            if (parsed.GetValue(json))
                Console.Out.WriteLine(System.Text.Encoding.UTF8.GetString(book.Json.Span));
            else
                Ladder.Write(Console.Out, key, book.Json, book.RemainingTtl, parsed.GetValue(depth) ?? 10);
            return ExitCode.Ok;
        }));
        return command;
    }
}
