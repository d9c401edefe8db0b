using System.CommandLine;

using MarketData.Cli.Up;

namespace MarketData.Cli.Record;

/// <summary><c>marketdata record</c>: the command line.</summary>
internal static class RecordCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The file to write; it must not be there yet." };
        var exchange = new Option<string>("--exchange")
        {
            Description = "What is recorded: live (or whatever exchanges.deribit.ws_url says) or testnet.",
            DefaultValueFactory = _ => "live",
        };
        var symbols = new Option<string?>("--symbols") { Description = "Instruments and patterns, comma-separated: BTC-PERPETUAL,ETH-* or *." };
        var duration = new Option<string?>("--duration") { Description = "Stop by itself after this time: 30s, 5m, 1h." };
        var config = new Option<string?>("--config") { Description = "The configuration directory." };
        var command = new Command("record", "Keep everything that the exchange sends for these symbols in a file, for marketdata replay.")
        {
            file, exchange, symbols, duration, config,
        };
        command.SetAction(async (parsed, _) =>
        {
            var faults = new List<string>();
            var options = new RecordOptions
            {
                File = parsed.GetValue(file)!,
                Exchange = parsed.GetValue(exchange) == "testnet" ? ExchangeChoice.Testnet : ExchangeChoice.Live,
                Symbols = parsed.GetValue(symbols),
                Duration = parsed.GetValue(duration) is { } text ? DurationOption.Parse(text, faults) : null,
                ConfigDirectory = parsed.GetValue(config),
            };
            if (parsed.GetValue(exchange) is not ("live" or "testnet") and var other)
                faults.Add($"--exchange {other}: give live or testnet.");
            if (File.Exists(options.File))
                faults.Add($"{options.File}: there is such a file already, and a recording never writes over one. Give another name.");
            else if (Directory.Exists(options.File))
                faults.Add($"{options.File}: that is a directory. Give the name of a file.");
            return faults.Count == 0 ? await RecordProgram.RunAsync(options) : await CommandLineFaults.TellAsync(faults);
        });
        return command;
    }
}
