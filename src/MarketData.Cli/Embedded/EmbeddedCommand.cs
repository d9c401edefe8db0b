using System.CommandLine;

namespace MarketData.Cli.Embedded;

/// <summary><c>marketdata embedded</c>: the command line of the servers in one process, without collectors.</summary>
internal static class EmbeddedCommand
{
    public static Command Create()
    {
        var exchange = new Option<string>("--exchange")
        {
            Description = "simulated, or none: Kafka and Redis alone.",
            DefaultValueFactory = _ => "simulated",
        };
        exchange.AcceptOnlyFromAmong("simulated", "none");
        var market = new SimulatedMarketOptions();
        var http = NumberOption.Create("--http-port", "Port of health and metrics; 0 = any free one.", 0, 65535);
        var addresses = new Option<string?>("--addresses") { Description = "Write the addresses to this file as JSON once everything is up." };
        var config = new Option<string?>("--config") { Description = "The configuration directory; its section [embedded] has the ports." };
        var command = new Command(
            "embedded", "Start Kafka, Redis and a simulated exchange in one process, for collectors and an archiver that run elsewhere on this machine.")
        {
            exchange,
        };
        market.AddTo(command);
        foreach (var option in (ReadOnlySpan<Option>)[http, addresses, config])
            command.Options.Add(option);
        command.SetAction(async (parsed, _) =>
        {
            var file = parsed.GetValue(addresses);
            if (Directory.Exists(file))
                return await CommandLineFaults.TellAsync([$"--addresses {file}: that is a directory. Give the name of a file."]);
            return await EmbeddedProgram.RunAsync(new EmbeddedOptions
            {
                Market = parsed.GetValue(exchange) == "none" ? null : market.Read(parsed),
                HttpPort = parsed.GetValue(http),
                AddressesFile = file,
                ConfigDirectory = parsed.GetValue(config),
            });
        });
        return command;
    }
}
