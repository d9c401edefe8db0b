using System.CommandLine;

using MarketData.Cli.Inspect;

namespace MarketData.Cli.Init;

/// <summary><c>marketdata init</c>: makes what Kafka and ClickHouse must have, and ends.</summary>
internal static class InitCommand
{
    public const string Topics = "topics";
    public const string Schema = "schema";

    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(60);

    public static Command Create(TimeProvider time)
    {
        var what = new Argument<string?>("what")
        {
            Description = "topics (Kafka) or schema (ClickHouse); without it, both, as far as they are configured.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        what.AcceptOnlyFromAmong(Topics, Schema);
        var wait = new Option<string?>("--wait") { Description = "How long to wait for a server that is not there yet (60s); 0s: not at all." };
        var config = new Option<string?>("--config") { Description = "The configuration directory." };
        var command = new Command("init", "Make the topics in Kafka and the tables in ClickHouse, where they are missing, and end.") { what, wait, config };
        command.SetAction(async (parsed, _) =>
        {
            var faults = new List<string>();
            var patience = parsed.GetValue(wait) is { } text ? DurationOption.Parse(text, faults, "--wait", mayBeZero: true) : UsualWait;
            if (faults.Count > 0)
                return await CommandLineFaults.TellAsync(faults);
            return await InspectRunner.RunAsync(
                stop =>
                {
                    var loaded = InspectOptions.Read(parsed.GetValue(config), [], out var configuration);
                    loaded.ThrowIfFaulty();
                    return InitAction.RunAsync(InitAction.Plan(loaded, configuration, parsed.GetValue(what), time), patience!.Value, time, stop);
                },
                interrupted: ServiceDefaults.ExitCode.Failed);
        });
        return command;
    }
}
