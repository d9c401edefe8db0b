using System.CommandLine;

using MarketData.Backfill;
using MarketData.Cli.Coverage;

namespace MarketData.Cli.Backfill;

/// <summary><c>marketdata backfill</c>: fetches what the history lacks from the exchange, straight into the history.</summary>
internal static class BackfillCommand
{
    public static Command Create(TimeProvider clock) => new(
        "backfill",
        "Fetch what the history lacks from the exchange, as far as the exchange still has it. May be interrupted and run again: only what is missing "
        + $"is fetched. Exit code 0: nothing is missing; {CoverageCommand.Incomplete}: something is, and the exchange does not give it; "
        + $"{CoverageCommand.Unknown}: not proven.")
    {
        Trades(clock),
    };

    private static Command Trades(TimeProvider clock)
    {
        var action = new BackfillAction("trades", "Fetch trades, by their numbers.", clock);
        return action.Create(
            new Argument<string>("symbol") { Description = "The instrument: BTC-PERPETUAL or deribit.BTC-PERPETUAL." },
            new BackfillWords("trade", "trades", "seq "),
            async (job, _, stop) =>
            {
                var instrument = await job.Past.FindAsync(job.Name, stop);
                var backfill = new TradeBackfill(job.Past.Trades, job.History.Runs, job.History.Store, job.Progress, clock);
                return await backfill.RunAsync(instrument, job.FromUnixMs, job.UntilUnixMs, stop);
            });
    }
}
