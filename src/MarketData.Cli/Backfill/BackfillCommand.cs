using System.CommandLine;

using MarketData.Backfill;
using MarketData.Cli.Coverage;
using MarketData.Deribit.Past;
using MarketData.History;

namespace MarketData.Cli.Backfill;

/// <summary><c>marketdata backfill</c>: fetches what the history lacks from the exchange, straight into the history.</summary>
internal static class BackfillCommand
{
    private const string Instruments = "The instrument: BTC-PERPETUAL or deribit.BTC-PERPETUAL.";

    private static readonly TimeSpan DefaultResolution = TimeSpan.FromMinutes(1);

    public static Command Create(TimeProvider clock) => new(
        "backfill",
        "Fetch what the history lacks from the exchange, as far as the exchange still has it. May be interrupted and run again: only what is missing "
        + $"is fetched. Exit code 0: nothing is missing; {CoverageCommand.Incomplete}: something is, and the exchange does not give it; "
        + $"{CoverageCommand.Unknown}: not proven.")
    {
        Trades(clock), Candles(clock), Funding(clock), Volatility(clock),
    };

    private static Command Trades(TimeProvider clock) => new BackfillAction("trades", "Fetch trades, by their numbers.", clock).Create(
        new Argument<string>("symbol") { Description = Instruments },
        HistoryTable.Trades,
        new BackfillWords("trade", "trades", "seq "),
        async (job, _, stop) => await new TradeBackfill(job.Past.Trades, job.History.Runs, job.History.Store, job.Progress, clock)
            .RunAsync(await job.Past.FindAsync(job.Name, stop), job.FromUnixMs, job.UntilUnixMs, stop));

    private static Command Candles(TimeProvider clock)
    {
        var resolution = ResolutionOption.Create(DeribitPast.CandleResolutions, DefaultResolution);
        return new BackfillAction("candles", "Fetch the exchange's own candles, of periods that are over.", clock).Create(
            new Argument<string>("symbol") { Description = Instruments },
            HistoryTable.ExchangeCandles,
            new BackfillWords("candle", "candles"),
            async (job, parsed, stop) => await RunAsync(
                job, job.Past.Candles(parsed.GetValue(resolution) ?? DefaultResolution), await job.Past.FindAsync(job.Name, stop), clock, stop),
            resolution);
    }

    private static Command Funding(TimeProvider clock) => new BackfillAction("funding", "Fetch the hourly funding of a perpetual.", clock).Create(
        new Argument<string>("symbol") { Description = Instruments },
        HistoryTable.FundingRates,
        new BackfillWords("hour of funding", "hours of funding"),
        async (job, _, stop) => await RunAsync(job, job.Past.Funding(), await job.Past.FindAsync(job.Name, stop), clock, stop));

    private static Command Volatility(TimeProvider clock)
    {
        var resolution = ResolutionOption.Create(DeribitPast.VolatilityResolutions, DefaultResolution);
        return new BackfillAction("volatility", "Fetch the exchange's volatility index of a currency, of periods that are over.", clock).Create(
            new Argument<string>("currency") { Description = "The currency: BTC or ETH." },
            HistoryTable.VolatilityIndex,
            new BackfillWords("candle of volatility", "candles of volatility"),
            (job, parsed, stop) => RunAsync(
                job, job.Past.Volatility(parsed.GetValue(resolution) ?? DefaultResolution),
                new Instrument { Exchange = DeribitPast.Exchange, Name = job.Name }, clock, stop),
            resolution);
    }

    private static Task<BackfillResult> RunAsync(
        BackfillJob job, IPastSeries series, Instrument instrument, TimeProvider clock, CancellationToken stop) =>
        new SeriesBackfill(series, job.History.Runs, job.History.Store, job.Progress, clock)
            .RunAsync(instrument, job.FromUnixMs, job.UntilUnixMs, stop);
}
