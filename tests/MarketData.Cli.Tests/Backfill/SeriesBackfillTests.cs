using MarketData.Backfill;
using MarketData.Coverage;
using MarketData.History;

namespace MarketData.Cli.Tests.Backfill;

/// <summary>Candles, funding and the volatility index from the exchange's past into files, over real HTTP.</summary>
[Trait("kind", "integration")]
public sealed class SeriesBackfillTests
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Candle_is_stored_when_its_period_is_over_and_never_before()
    {
        await using var rig = await BackfillRig.StartAsync();
        var begin = StepToFullMinute(rig);
        rig.Simulator.Market.Trade(rig.Name, 5);
        rig.Clock.Step(_minute);
        rig.Simulator.Market.Trade(rig.Name, 3);
        rig.Clock.Step(_minute * 2);
        rig.Simulator.Market.Trade(rig.Name, 2);

        // The fourth minute runs, and the third has ended a moment ago.
        var candles = rig.Past.Candles(_minute);
        var result = await rig.RunAsync(candles, rig.Name, begin, rig.Now);
        Assert.Equal((CoverageState.Complete, 0, 2), (result.State, result.Present, result.Stored));

        rig.Clock.Step(TimeSpan.FromSeconds(30));
        rig.Simulator.Market.Trade(rig.Name, 4);
        rig.Clock.Step(_minute);
        result = await rig.RunAsync(candles, rig.Name, begin, rig.Now);
        Assert.Equal((CoverageState.Complete, 2, 2), (result.State, result.Present, result.Stored));
        Assert.Equal(
            rig.Simulator.Market.GetTrades(rig.Name).GroupBy(trade => trade.TimestampUnixMs / Minute)
                .Select(period => FormattableString.Invariant(
                    $"{period.Key * Minute - begin} {period.First().Price:0.0000} {period.Max(trade => trade.Price):0.0000} {period.Min(trade => trade.Price):0.0000} {period.Last().Price:0.0000} {period.Count()}"))
                .Prepend("120000 flat").Order(StringComparer.Ordinal),
            rig.Ask(
                $"SELECT concat_ws(' ', epoch_ms(timestamp) - {begin}, CASE WHEN volume = 0 THEN 'flat' ELSE concat_ws(' ', open::DECIMAL(18, 4), "
                + "high::DECIMAL(18, 4), low::DECIMAL(18, 4), close::DECIMAL(18, 4), round(cost / "
                + $"(SELECT cost FROM exchange_candles WHERE epoch_ms(timestamp) = {begin}) * 5)::INT) END) AS line FROM exchange_candles ORDER BY line"));
    }

    [Fact]
    public async Task Only_what_is_missing_is_fetched_and_what_the_exchange_does_not_give_is_named()
    {
        await using var rig = await BackfillRig.StartAsync();
        var begin = StepToFullMinute(rig);
        for (var minute = 0; minute < 6; minute++)
        {
            rig.Simulator.Market.Trade(rig.Name, 2);
            rig.Clock.Step(_minute);
        }

        rig.Clock.Step(_minute);
        var candles = rig.Past.Candles(_minute);
        await rig.RunAsync(candles, rig.Name, begin + (2 * Minute), begin + (4 * Minute));
        rig.Simulator.Market.ForgetTrades(rig.Name, 2, history: true);
        var calls = 0;
        rig.AfterPage = () => calls++;
        var result = await rig.RunAsync(candles, rig.Name, begin, begin + (6 * Minute));

        // What is missing before and behind fits one page. The candle of the first minute cannot be told any more, and that of the second is not sure to be whole.
        Assert.Equal((CoverageState.Unknown, 2, 2, 2), (result.State, result.Present, result.Stored, rig.FetchedRows));
        Assert.Equal(1, calls);
        Assert.Equal(
            [new BackfillGap(
                new NumberRange(begin, begin + Minute), "The exchange gave none: nothing was traded then, or it no longer has it.")],
            result.Missing);
        Assert.Equal("4", Assert.Single(rig.Ask("SELECT count(*) FROM exchange_candles")));

        // What is not wholly in the interval is none of it.
        result = await rig.RunAsync(candles, rig.Name, begin + (2 * Minute) + 1, begin + (5 * Minute) - 1);
        Assert.Equal((CoverageState.Complete, 1), (result.State, result.Present));
        result = await rig.RunAsync(candles, rig.Name, rig.Now - 100, rig.Now);
        Assert.Equal((CoverageState.Unknown, "The interval holds no row that is whole and final."), (result.State, result.Doubt));
    }

    [Fact]
    public async Task Funding_is_fetched_in_pages_and_what_is_older_than_the_exchange_has_is_missing()
    {
        await using var rig = await BackfillRig.StartAsync();
        const string Name = "BTC-PERPETUAL";
        var begin = (rig.Now / Hour * Hour) - (600 * Hour);
        var result = await rig.RunAsync(rig.Past.Funding(), Name, begin, begin + (600 * Hour));
        Assert.Equal((CoverageState.Complete, 0, 600), (result.State, result.Present, result.Stored));
        Assert.Equal("600", Assert.Single(rig.Ask(
            "SELECT count(*) FROM (SELECT index_price, prev_index_price, lag(index_price, 1, prev_index_price) OVER (ORDER BY timestamp) AS before "
            + $"FROM funding_rates WHERE instrument_name = '{Name}') WHERE before = prev_index_price")));
        result = await rig.RunAsync(rig.Past.Funding(), Name, begin, begin + (600 * Hour));
        Assert.Equal((CoverageState.Complete, 600, 0, 0), (result.State, result.Present, result.Stored, rig.FetchedRows));

        var first = new DateTimeOffset(2019, 5, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        result = await rig.RunAsync(rig.Past.Funding(), Name, first - (4 * Hour), first + (3 * Hour));
        Assert.Equal((CoverageState.Incomplete, 3), (result.State, result.Stored));
        Assert.Equal(
            [new BackfillGap(new NumberRange(first - (4 * Hour), first - Hour), "The exchange gave none: it no longer has it, or never had.")], result.Missing);

        var error = await Assert.ThrowsAsync<ExchangeError>(() => rig.RunAsync(rig.Past.Funding(), rig.Name, begin, begin + Hour));
        Assert.Contains("Deribit refused public/get_funding_rate_history: -32602", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Volatility_comes_in_pages_from_the_newest_and_without_the_candle_that_runs()
    {
        await using var rig = await BackfillRig.StartAsync();
        var volatility = rig.Past.Volatility(TimeSpan.FromSeconds(1));
        var end = rig.Now / 1_000 * 1_000;
        var rows = await volatility.ReadAsync(
            new Instrument { Exchange = "deribit", Name = "BTC" }, new NumberRange(end - 2_499_000, end), TestContext.Current.CancellationToken);
        Assert.Equal(
            Enumerable.Range(0, 2_500).Select(second => end - 2_499_000 + (second * 1_000L)),
            rows.Select(row => row.ExchangeTimeUnixMs).Order().Distinct());

        volatility = rig.Past.Volatility(_minute);
        var begin = rig.Now - (10 * Minute);
        var result = await rig.RunAsync(volatility, "BTC", begin, rig.Now);
        Assert.Equal(CoverageState.Complete, result.State);
        Assert.InRange(result.Stored, 8, 9);
        Assert.Equal("0", Assert.Single(rig.Ask($"SELECT count(*) FROM volatility_index WHERE epoch_ms(timestamp) + {Minute} > {rig.Now} OR high < low")));
    }

    private static long StepToFullMinute(BackfillRig rig)
    {
        rig.Clock.Step(TimeSpan.FromMilliseconds(Minute - (rig.Now % Minute)));
        return rig.Now / Minute * Minute;
    }
}
