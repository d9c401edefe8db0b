using System.CommandLine;

using MarketData.Exchanges;
using MarketData.Kafka;
using MarketData.ServiceDefaults;
using MarketData.Symbols;

using Microsoft.Extensions.Logging.Abstractions;

namespace MarketData.Cli.Inspect;

/// <summary><c>marketdata tail</c>: prints events from Kafka, one JSON object per line.</summary>
internal static class TailCommand
{
    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "orderbook, trades, ticker or integrity; singular or plural." };
        kind.AcceptOnlyFromAmong("orderbook", "orderbooks", "trade", "trades", "ticker", "tickers", "integrity");
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
            var topic = parsed.GetValue(kind)!.TrimEnd('s') switch
            {
                "orderbook" => options.Topics.OrderBook,
                "trade" => options.Topics.Trades,
                "ticker" => options.Topics.Ticker,
                _ => options.Topics.Integrity,
            };
            await TailAsync(
                options, topic, key, parsed.GetValue(fromBeginning), parsed.GetValue(untilEnd), parsed.GetValue(count) ?? int.MaxValue, stop);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static async Task TailAsync(
        KafkaOptions options, string topic, string? key, bool fromBeginning, bool untilEnd, int count, CancellationToken stop)
    {
        var silence = key is null ? null : new SilentTail(topic, key, Console.Error, TimeProvider.System);
        var tail = new KafkaTail(options, TimeProvider.System, NullLogger<KafkaTail>.Instance) { Skipped = silence is null ? null : silence.Passed };
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watching = silence?.WatchAsync(ReadTableAsync, over.Token) ?? Task.CompletedTask;
        try
        {
            await using var output = Console.OpenStandardOutput();
            await foreach (var record in tail.ReadAsync(topic, key, fromBeginning, untilEnd, stop))
            {
                silence?.Seen();
                await output.WriteAsync(record.Value ?? default, stop);
                output.WriteByte((byte)'\n');
                await output.FlushAsync(stop);
                if (--count == 0)
                    break;
            }

            if (silence is not null)
                await silence.SpeakAsync(ReadTableAsync, "", stop);
        }
        finally
        {
            await over.CancelAsync();
            await watching;
        }

        Task<SymbolTable> ReadTableAsync(CancellationToken cancellationToken) =>
            KafkaSymbolReader.ReadAsync(options, TimeProvider.System, NullLogger<KafkaTail>.Instance, cancellationToken);
    }

    /// <summary>The sink key of what a person typed.</summary>
    /// <exception cref="CommandLineError">The name cannot be a key.</exception>
    internal static string? KeyOf(string? symbol)
    {
        if (symbol is null)
            return null;
        if (!SymbolSelection.IsValidName(symbol))
            throw new CommandLineError([$"The symbol \"{symbol}\" has characters that no instrument name has: use letters, digits, _, . and -."]);
        return symbol.StartsWith("deribit.", StringComparison.Ordinal) ? symbol : $"deribit.{symbol}";
    }
}
