using System.CommandLine;

using MarketData.Cli.Inspect;
using MarketData.Coverage;
using MarketData.Kafka;
using MarketData.ServiceDefaults;

using Microsoft.Extensions.Logging.Abstractions;

using Spectre.Console;

namespace MarketData.Cli.Coverage;

/// <summary><c>marketdata coverage</c>: whether an instrument's streams are complete within an interval, as the ledger on Kafka tells.</summary>
internal static class CoverageCommand
{
    /// <summary>Something of the interval is missing, or nobody collected it.</summary>
    public const int Incomplete = 3;

    /// <summary>Nothing is known to be missing, but a part of the interval is not proven.</summary>
    public const int Unknown = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create(TimeProvider clock)
    {
        var symbol = new Argument<string>("symbol") { Description = "The instrument: BTC-PERPETUAL or deribit.BTC-PERPETUAL." };
        var from = TimeOption.Create("--from", "Begin: 2026-01-31T08:00:00Z, or how long ago: -90s, -1h30m, -2d.", "-1h", clock);
        var to = TimeOption.Create("--to", "End, exclusive, in the same forms, or now.", "now", clock);
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var everyPartition = new Option<bool>("--every-partition")
        {
            Description = "Read all partitions: slower, and needed when their number was changed.",
        };
        var where = new InspectOptions();
        var command = new Command(
            "coverage", $"Say whether an instrument's streams are complete within an interval, and what was missing or repaired. Exit code 0: complete; {Incomplete}: incomplete; {Unknown}: not proven.")
        {
            symbol, from, to, json, everyPartition,
        };
        where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(async stop =>
        {
            var key = TailCommand.KeyOf(parsed.GetValue(symbol))!;
            var (begin, end) = (parsed.GetValue(from).ToUnixTimeMilliseconds(), parsed.GetValue(to).ToUnixTimeMilliseconds());
            TimeOption.CheckOrder(parsed.GetValue(from), parsed.GetValue(to));
            var options = KafkaServiceCollectionExtensions.ReadOptions(where.Load(parsed, "kafka:bootstrap_servers"));
            var tail = new KafkaTail(options, clock, NullLogger<KafkaTail>.Instance);
            var reader = new CoverageReader(tail, options.Topics, key, parsed.GetValue(everyPartition), clock);
            var report = await SayWhatTakesLongAsync(reader.ReadAsync(begin, end, stop), reader, clock);
            if (parsed.GetValue(json))
                Console.Out.WriteLine(CoverageText.ToJson(report, reader.NotUnderstood));
            else
                CoverageText.Write(NewConsole(), report, reader.NotUnderstood);
            if (!reader.KnowsKey)
            {
                await Console.Error.WriteLineAsync(
                    $"Kafka holds no word of {key} in the ledger or among its recent trades: it was never collected, or so long ago that Kafka " +
                    "has forgotten it, or the name is misspelt " +
                    $"(\"marketdata symbols plan {Instrument.OfKey(key).Name}\" knows the exchange's names).");
            }

            return ExitCodeOf(report.State);
        }, interrupted: ExitCode.Failed));
        return command;
    }

    /// <summary>The exit code that says what is known.</summary>
    public static int ExitCodeOf(CoverageState state) => state switch
    {
        CoverageState.Complete => ExitCode.Ok,
        CoverageState.Incomplete => Incomplete,
        _ => Unknown,
    };

    private static async Task<CoverageReport> SayWhatTakesLongAsync(Task<CoverageReport> reading, CoverageReader reader, TimeProvider clock)
    {
        while (await Task.WhenAny(reading, Task.Delay(Patience, clock)) != reading)
            await Console.Error.WriteLineAsync($"still {reader.Doing} ...");
        return await reading;
    }

    // Into a file or a pipe, a line is as long as it is.
    private static IAnsiConsole NewConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
            console.Profile.Width = 1_000;
        return console;
    }
}
