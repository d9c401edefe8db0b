using System.CommandLine;
using System.Globalization;

using MarketData.Backfill;
using MarketData.Cli.Coverage;
using MarketData.Cli.History;
using MarketData.Cli.Inspect;
using MarketData.Cli.Up;
using MarketData.Deribit.Past;
using MarketData.History;
using MarketData.ServiceDefaults;

namespace MarketData.Cli.Backfill;

/// <summary>
/// What the commands below <c>marketdata backfill</c> have in common: an interval, where things are, a progress bar, a result. Comes in: the
/// command line. Goes out: the rows, in the history; the result, on standard output; what happens meanwhile, on standard error.
/// </summary>
internal sealed class BackfillAction(string name, string description, TimeProvider clock)
{
    private readonly Option<TypedTime> _from = TimeOption.Create("--from", "Begin: 2026-01-31T08:00:00Z, or how long ago: -90s, -1h30m, -2d.", "-1h", clock);
    private readonly Option<TypedTime> _to = TimeOption.Create("--to", "End, exclusive, in the same forms, or now.", "now", clock);
    private readonly InspectOptions _where = new();

    /// <summary>Makes the command.</summary>
    /// <param name="subject">What it is done for.</param>
    /// <param name="table">Where the rows go.</param>
    /// <param name="words">What the rows are called.</param>
    /// <param name="run">Does it.</param>
    /// <param name="options">Further options.</param>
    public Command Create(
        Argument<string> subject, HistoryTable table, BackfillWords words,
        Func<BackfillJob, ParseResult, CancellationToken, Task<BackfillResult>> run, params Option[] options)
    {
        var command = new Command(name, description) { subject, _from, _to };
        foreach (var option in options)
            command.Options.Add(option);
        _where.AddTo(command);
        command.SetAction((parsed, _) => InspectRunner.RunAsync(
            stop => RunAsync(parsed, parsed.GetValue(subject)!, table, words, run, stop), interrupted: ExitCode.Failed));
        return command;
    }

    private async Task<int> RunAsync(
        ParseResult parsed, string subject, HistoryTable table, BackfillWords words,
        Func<BackfillJob, ParseResult, CancellationToken, Task<BackfillResult>> run, CancellationToken stop)
    {
        var key = TailCommand.KeyOf(subject)!;
        var (from, to) = (parsed.GetValue(_from), parsed.GetValue(_to));
        TimeOption.CheckOrder(from, to);
        if (to.Moment > clock.GetUtcNow())
            throw new CommandLineError([$"--to {to}: this instant is yet to come."]);
        var place = HistoryPlace.FindToFill(_where, parsed, out var configuration);
        var title = $"{key} {words.Many} {Format.Time(from.ToUnixTimeMilliseconds())}";
        var display = new BackfillDisplay(key, words, clock);
        using var history = await HistoryTarget.OpenAsync(place, display.Say, clock, stop);
        await CheckKeptAsync(history.Runs, table, words, from, stop);
        using var past = DeribitPast.Open(configuration, display.Say, clock);
        await Console.Error.WriteLineAsync($"From {past.Address} to {place.Shown}.");
        BackfillResult? result = null;
        try
        {
            result = await display.ShowAsync(progress => run(
                new BackfillJob(
                    Instrument.OfKey(key).Name, from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), past, history,
                    progress),
                parsed,
                stop));
        }
        finally
        {
            if (result is null && (display.Rows > 0 || stop.IsCancellationRequested))
                await Console.Error.WriteLineAsync($"Ended early: {Format.Count(display.Rows)} {words.Many} were stored. The same command goes on from there.");
        }

        BackfillText.Write(Console.Out, title, words, result);
        return CoverageCommand.ExitCodeOf(result.State);
    }

    // Fetched and deleted again, the rows would be called complete and be missing.
    private async Task CheckKeptAsync(IStoredRuns history, HistoryTable table, BackfillWords words, TypedTime from, CancellationToken stop)
    {
        if (await history.ReadKeptDaysAsync(table, stop) is not { } days)
            return;
        var first = clock.GetUtcNow().AddDays(-days);
        if (from.Moment >= first)
            return;
        var kept = string.Create(CultureInfo.InvariantCulture, $"--from {from}: this history keeps {words.Many} for {days} days and deletes older ones again.");
        throw new CommandLineError(
            [$"{kept} Begin at {Format.Time(first.ToUnixTimeMilliseconds())} or later, or have an archiver keep them longer: [clickhouse.ttl]."]);
    }
}
