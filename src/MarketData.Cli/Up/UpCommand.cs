using System.CommandLine;

namespace MarketData.Cli.Up;

/// <summary><c>marketdata up</c>: the command line of everything in one process.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var exchange = new Option<string>("--exchange")
        {
            Description = "Where the data comes from: simulated, live or testnet.",
            DefaultValueFactory = _ => "simulated",
        };
        var common = new UpCommonOptions();
        var market = new SimulatedMarketOptions();
        var command = new Command("up", "Start everything in one process: exchange, Kafka, Redis, the three collectors and the archiver.")
        {
            exchange,
        };
        market.AddTo(command);
        common.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var faults = new List<string>();
            var options = common.Read(parsed, faults) with
            {
                Exchange = ParseExchange(parsed.GetValue(exchange)!, faults),
                Market = market.Read(parsed),
            };
            return faults.Count == 0 ? await UpProgram.RunAsync(options) : await CommandLineFaults.TellAsync(faults);
        });
        return command;
    }

    private static ExchangeChoice ParseExchange(string text, List<string> faults)
    {
        switch (text)
        {
            case "simulated": return ExchangeChoice.Simulated;
            case "live": return ExchangeChoice.Live;
            case "testnet": return ExchangeChoice.Testnet;
            default:
                faults.Add($"--exchange {text}: give simulated, live or testnet. A recording is replayed by marketdata replay FILE.");
                return ExchangeChoice.Simulated;
        }
    }
}
