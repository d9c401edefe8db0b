using System.CommandLine;
using System.Globalization;

using MarketData.ServiceDefaults;

namespace MarketData.Cli.Up;

/// <summary><c>marketdata up</c>: the command line of everything in one process.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var exchange = new Option<string>("--exchange")
        {
            Description = "Where the data comes from: simulated, replay, live or testnet.",
            DefaultValueFactory = _ => "simulated",
        };
        var replay = new Option<string[]>("--replay") { Description = "A recording (JSONL, one frame per line) to replay; repeatable." };
        var speed = new Option<string>("--speed")
        {
            Description = "Pace of a replay: 1 = as recorded, N = N times faster, max = as fast as possible.",
            DefaultValueFactory = _ => "1",
        };
        var symbols = new Option<string?>("--symbols") { Description = "Instruments and patterns, comma-separated: BTC-PERPETUAL,ETH-* or *." };
        var duration = new Option<string?>("--duration") { Description = "Stop by itself after this time: 30s, 5m, 1h." };
        var untilIdle = new Option<bool>("--until-idle") { Description = "In a replay: stop when every frame is served and every lane is empty." };
        var redisPort = NumberOption.Create("--redis-port", "Port of the embedded Redis; 0 = any free one.", 0, 65535);
        var httpPort = NumberOption.Create("--http-port", "Port of health and metrics; 0 = any free one.", 0, 65535);
        var addresses = new Option<string?>("--addresses") { Description = "Write the addresses to this file as JSON once everything is up." };
        var noHistory = new Option<bool>("--no-history") { Description = "Keep no files of what was collected; by default they are below parquet.directory." };
        var plain = new Option<bool>("--plain") { Description = "Plain lines instead of a table that refreshes in place." };
        var instruments = NumberOption.Create("--instruments", "Simulated market: instruments (20).", 1, 10_000);
        var rate = NumberOption.Create("--rate", "Simulated market: frames per second in total (200).", 1, 200_000);
        var seed = NumberOption.Create("--seed", "Simulated market: seed (1).", 0, int.MaxValue);
        var config = new Option<string?>("--config") { Description = "The configuration directory." };
        var command = new Command("up", "Start everything in one process: exchange, Kafka, Redis, the three collectors and the archiver.")
        {
            exchange, replay, speed, symbols, duration, untilIdle, redisPort, httpPort, addresses, noHistory, plain, instruments, rate, seed, config,
        };
        command.SetAction(async (parsed, _) =>
        {
            var faults = new List<string>();
            var options = new UpOptions
            {
                Exchange = ParseExchange(parsed.GetValue(exchange)!, faults),
                ReplayFiles = parsed.GetValue(replay) ?? [],
                Speed = ParseSpeed(parsed.GetValue(speed)!, faults),
                Symbols = parsed.GetValue(symbols),
                Duration = parsed.GetValue(duration) is { } text ? ParseDuration(text, faults) : null,
                UntilIdle = parsed.GetValue(untilIdle),
                RedisPort = parsed.GetValue(redisPort) ?? 0,
                HttpPort = parsed.GetValue(httpPort),
                AddressesFile = parsed.GetValue(addresses),
                HasHistory = !parsed.GetValue(noHistory),
                Plain = parsed.GetValue(plain),
                Instruments = parsed.GetValue(instruments) ?? 20,
                Rate = parsed.GetValue(rate) ?? 200,
                Seed = parsed.GetValue(seed) ?? 1,
                ConfigDirectory = parsed.GetValue(config),
            };

            // --replay FILE says it all: nobody should have to say --exchange replay as well.
            if (options.ReplayFiles.Count > 0 && parsed.GetResult(exchange) is null or { Implicit: true })
                options = options with { Exchange = ExchangeChoice.Replay };
            if (options.Exchange != ExchangeChoice.Replay && parsed.GetResult(speed) is { Implicit: false })
                faults.Add("--speed goes with a replay. The pace of the simulated market is --rate.");
            Check(options, faults);
            if (faults.Count == 0)
                return await UpProgram.RunAsync(options);
            foreach (var fault in faults)
                await Console.Error.WriteLineAsync(fault);
            return ExitCode.Configuration;
        });
        return command;
    }

    private static void Check(UpOptions options, List<string> faults)
    {
        if (options.Exchange == ExchangeChoice.Replay && options.ReplayFiles.Count == 0)
            faults.Add("--exchange replay needs at least one --replay FILE.");
        if (options.Exchange != ExchangeChoice.Replay && options.ReplayFiles.Count > 0)
            faults.Add($"--replay goes with --exchange replay, not with --exchange {options.Exchange.ToString().ToLowerInvariant()}.");
        if (options.UntilIdle && options.Exchange != ExchangeChoice.Replay)
            faults.Add("--until-idle goes with --exchange replay: a market never ends. Use --duration instead.");
        faults.AddRange(options.ReplayFiles.Where(file => !File.Exists(file)).Select(file => $"--replay {file}: there is no such file."));
        if (Directory.Exists(options.AddressesFile))
            faults.Add($"--addresses {options.AddressesFile}: that is a directory. Give the name of a file.");
    }

    private static ExchangeChoice ParseExchange(string text, List<string> faults)
    {
        switch (text)
        {
            case "simulated": return ExchangeChoice.Simulated;
            case "replay": return ExchangeChoice.Replay;
            case "live": return ExchangeChoice.Live;
            case "testnet": return ExchangeChoice.Testnet;
            default:
                faults.Add($"--exchange {text}: give simulated, replay, live or testnet.");
                return ExchangeChoice.Simulated;
        }
    }

    private static double? ParseSpeed(string text, List<string> faults)
    {
        if (text == "max")
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is > 0 and <= 1_000_000)
            return speed;
        faults.Add($"--speed {text}: give a positive number such as 1 or 10, or max.");
        return 1;
    }

    internal static TimeSpan? ParseDuration(string text, List<string> faults)
    {
        var unit = text.Length > 0 ? text[^1] : ' ';
        double secondsPerUnit = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (secondsPerUnit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * secondsPerUnit is > 0 and <= 31_536_000)
            return TimeSpan.FromSeconds(count * secondsPerUnit);
        faults.Add($"--duration {text}: give a positive time with its unit, such as 30s, 5m or 1h.");
        return null;
    }
}
