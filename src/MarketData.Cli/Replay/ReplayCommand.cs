using System.CommandLine;
using System.Globalization;

using MarketData.Cli.Up;

namespace MarketData.Cli.Replay;

/// <summary><c>marketdata replay</c>: what was recorded, through the collectors, with the same results every time.</summary>
internal static class ReplayCommand
{
    private const double SlowestSpeed = 0.001;
    private const double FastestSpeed = 1_000_000;

    public static Command Create()
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Recordings of marketdata record, or JSONL files with one frame per line; several are one market.",
            Arity = ArgumentArity.OneOrMore,
        };
        var speed = new Option<string>("--speed")
        {
            Description = "1 = as recorded, N = N times faster, max = as fast as the sinks take it.",
            DefaultValueFactory = _ => "1",
        };
        var stay = new Option<bool>("--stay") { Description = "Stay up behind the end, with the embedded Kafka and Redis, until stopped." };
        var toConfigured = new Option<bool>("--to-configured-servers")
        {
            Description = "Write to the Kafka and the Redis of the configuration, among what live collectors write there; else they must be embedded.",
        };
        var common = new UpCommonOptions();
        var command = new Command("replay", "Feed what was recorded through the three collectors, into Kafka and Redis; ends by itself.")
        {
            files, speed, stay, toConfigured,
        };
        common.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var faults = new List<string>();
            var options = common.Read(parsed, faults) with
            {
                Exchange = ExchangeChoice.Replay,
                ReplayFiles = parsed.GetValue(files)!,
                Speed = ParseSpeed(parsed.GetValue(speed)!, faults),
                Stays = parsed.GetValue(stay),
                ToConfiguredServers = parsed.GetValue(toConfigured),
            };
            faults.AddRange(options.ReplayFiles.Where(file => !File.Exists(file)).Select(file => $"{file}: there is no such file."));
            return faults.Count == 0 ? await UpProgram.RunAsync(options) : await CommandLineFaults.TellAsync(faults);
        });
        return command;
    }

    private static double? ParseSpeed(string text, List<string> faults)
    {
        if (text == "max")
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is >= SlowestSpeed and <= FastestSpeed)
            return speed;
        faults.Add($"--speed {text}: give a number from 0.001 to 1000000, such as 1 or 10, or max.");
        return 1;
    }
}
