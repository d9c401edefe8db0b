using System.CommandLine;
using System.CommandLine.Invocation;

using MarketData.Cli.Backfill;
using MarketData.Cli.Coverage;
using MarketData.Cli.Doctor;
using MarketData.Cli.Embedded;
using MarketData.Cli.History;
using MarketData.Cli.Init;
using MarketData.Cli.Inspect;
using MarketData.Cli.Record;
using MarketData.Cli.Replay;
using MarketData.Cli.Symbols;
using MarketData.Cli.Up;
using MarketData.ServiceDefaults;

// marketdata: everything a person does with MarketData from a terminal.
var root = new RootCommand("MarketData: crypto market data that says so when it is not right.")
{
    UpCommand.Create(),
    EmbeddedCommand.Create(),
    InitCommand.Create(TimeProvider.System),
    DoctorCommand.Create(TimeProvider.System),
    RecordCommand.Create(),
    ReplayCommand.Create(),
    FramesCommand.Create(),
    TailCommand.Create(),
    BookCommand.Create(TimeProvider.System),
    SymbolsCommand.Create(),
    CoverageCommand.Create(TimeProvider.System),
    SqlCommand.Create(),
    ExportCommand.Create(),
    BackfillCommand.Create(TimeProvider.System),
};

var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    // One line for each fault, and no page of help around it.
    foreach (var fault in parsed.Errors)
        await Console.Error.WriteLineAsync(string.Join(' ', fault.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    await Console.Error.WriteLineAsync("--help, alone or behind a command, says what can be given.");
    return ExitCode.Configuration;
}

// The commands handle SIGINT and SIGTERM themselves: the first stops in order, the second ends at once.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
