using MarketData.History;
using MarketData.Parquet.Query;

namespace MarketData.Parquet.Tests;

/// <summary>What the files are said to have already.</summary>
public sealed class ParquetStoredRunsTests
{
    private const long Day = 86_400_000;

    private static readonly Instrument _instrument = new() { Exchange = "deribit", Name = "BTC-PERPETUAL" };

    [Fact]
    public async Task Runs_are_those_of_the_instrument_the_numbers_and_the_times_each_once()
    {
        using var rig = new HistoryRig();
        Assert.Empty(await ReadAsync(rig, 1, 100));
        await rig.WriteAsync([.. Sample.Trades(10), .. Sample.Trades(15).Skip(7)]);
        await rig.WriteAsync(Sample.Trade(20), Sample.Trade(21, id: "another"), Sample.Trade(21));
        await rig.WriteAsync(Sample.Trade(16) with { InstrumentName = "ETH-PERPETUAL" });

        // The exchange had the number before, when it counted another sequence.
        await rig.WriteAsync(Sample.Trade(17) with { ExchangeTimeUnixMs = Sample.Milliseconds - (3 * Day) });
        Assert.Equal([new(1, 15), new(20, 21)], await ReadAsync(rig, 1, 100));
        Assert.Equal([new(5, 15), new(20, 20)], await ReadAsync(rig, 5, 20));
        Assert.Equal([new(17, 17)], await ReadAsync(rig, 1, 100, daysBefore: 3));
    }

    [Fact]
    public async Task Times_of_a_series_are_those_of_its_resolution_in_runs_of_its_step()
    {
        using var rig = new HistoryRig();
        var runs = new ParquetStoredRuns(rig.Root);
        await rig.WriteAsync(Sample.Candle(0), Sample.Candle(1), Sample.Candle(1), Sample.Candle(4), Sample.Candle(5));
        await rig.WriteAsync(Sample.Candle(2) with { Resolution = TimeSpan.FromMinutes(3) });
        await rig.WriteAsync(Sample.Funding(0), Sample.Funding(1), Sample.Funding(3));
        var minute = Sample.Candle().ExchangeTimeUnixMs;
        Assert.Equal(
            [new(minute, minute + 60_000), new(minute + 240_000, minute + 300_000)],
            await TimesAsync(HistoryTable.ExchangeCandles, TimeSpan.FromMinutes(1)));
        Assert.Equal([new(minute + 120_000, minute + 120_000)], await TimesAsync(HistoryTable.ExchangeCandles, TimeSpan.FromMinutes(3)));
        var hour = Sample.Funding().ExchangeTimeUnixMs;
        Assert.Equal([new(hour, hour + 3_600_000)], await TimesAsync(HistoryTable.FundingRates, TimeSpan.FromHours(1)));
        Assert.Empty(await TimesAsync(HistoryTable.VolatilityIndex, TimeSpan.FromHours(1)));

        Task<IReadOnlyList<NumberRange>> TimesAsync(HistoryTable table, TimeSpan step) => runs.ReadTimesAsync(
            table, _instrument, step, new NumberRange(Sample.Funding().ExchangeTimeUnixMs, Sample.Milliseconds + 7_200_000),
            TestContext.Current.CancellationToken);
    }

    private static Task<IReadOnlyList<NumberRange>> ReadAsync(HistoryRig rig, long from, long to, int daysBefore = 0) =>
        new ParquetStoredRuns(rig.Root).ReadTradesAsync(
            _instrument, new NumberRange(from, to),
            new NumberRange(Sample.Milliseconds - (daysBefore * Day), Sample.Milliseconds - (daysBefore * Day) + 1_000),
            TestContext.Current.CancellationToken);
}
