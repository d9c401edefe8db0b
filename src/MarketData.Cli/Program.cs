using System.CommandLine;

using MarketData.Cli.Inspect;
using MarketData.Cli.Up;

// marketdata: everything a person does with MarketData from a terminal.
var root = new RootCommand("MarketData: crypto market data that says so when it is not right.")
{
    UpCommand.Create(),
    TailCommand.Create(),
    BookCommand.Create(),
};

// The commands handle SIGINT and SIGTERM themselves: the first stops in order, the second ends at once.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
