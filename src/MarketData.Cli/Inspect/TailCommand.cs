using System.CommandLine;

using MarketData.Exchanges;
using MarketData.Kafka;
using MarketData.ServiceDefaults;

using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Cli.Inspect;

/// <summary><c>marketdata tail</c>: prints events from Kafka, one JSON object per line.</summary>
internal static class TailCommand
{
    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "orderbook, trades, ticker or integrity." };
        kind.AcceptOnlyFromAmong("orderbook", "trades", "ticker", "integrity");
        var symbol = new Argument<string?>("symbol")
        {
            Description = "Only this instrument: BTC-PERPETUAL or deribit.BTC-PERPETUAL.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var fromBeginning = new Option<bool>("--from-beginning") { Description = "Begin with the oldest event that Kafka still has." };
        var untilEnd = new Option<bool>("--until-end") { Description = "Stop at the newest event instead of waiting for more." };
        var count = NumberOption.Create("--count", "Stop after this many events.", 1, int.MaxValue);
        var where = new InspectOptions();
        var command = new Command("tail", "Print events from Kafka as they come, one JSON object per line.") { kind, symbol, fromBeginning, untilEnd, count };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(async stop =>
        {
            var key = KeyOf(parsed.GetValue(symbol));
            var options = KafkaServiceCollectionExtensions.ReadOptions(where.Load(parsed, "kafka:bootstrap_servers"));
            var topic = parsed.GetValue(kind) switch
            {
                "orderbook" => options.Topics.OrderBook,
                "trades" => options.Topics.Trades,
                "ticker" => options.Topics.Ticker,
                _ => options.Topics.Integrity,
            };
            var tail = new KafkaTail(options, TimeProvider.System, NullLogger<KafkaTail>.Instance);
            var left = parsed.GetValue(count) ?? int.MaxValue;
            await using var output = Console.OpenStandardOutput();
            await foreach (var record in tail.ReadAsync(topic, key, parsed.GetValue(fromBeginning), parsed.GetValue(untilEnd), stop))
            {
                if (left-- <= 0)
                    break;
                await output.WriteAsync(record.Value ?? default, stop);
                output.WriteByte((byte)'\n');
                await output.FlushAsync(stop);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    /// <summary>The sink key of what a person typed.</summary>
    /// <exception cref="ConfigurationError">The name cannot be a key.</exception>
    internal static string? KeyOf(string? symbol)
    {
        if (symbol is null)
            return null;
        if (!SymbolSelection.IsValidName(symbol))
            throw new ConfigurationError([$"The symbol \"{symbol}\" has characters that no instrument name has: use letters, digits, _, . and -."]);
        return symbol.StartsWith("deribit.", StringComparison.Ordinal) ? symbol : $"deribit.{symbol}";
    }
}
