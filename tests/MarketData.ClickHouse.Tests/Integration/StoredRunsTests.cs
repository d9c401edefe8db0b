using MarketData.ClickHouse.Reading;
using MarketData.ClickHouse.Tests.Support;
using MarketData.History;

namespace MarketData.ClickHouse.Tests.Integration;

/// <summary>What real tables are said to have already.</summary>
[Trait("kind", "integration")]
public sealed class StoredRunsTests(RealClickHouse engine)
{
    private const long Day = 86_400_000;

    private static readonly Instrument _instrument = new() { Exchange = "deribit", Name = "BTC-PERPETUAL" };

    [Fact]
    public async Task Runs_are_those_of_the_instrument_the_numbers_and_the_times_each_once()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.DoAsync("SYSTEM STOP MERGES trades");
        using var runs = new ClickHouseStoredRuns(history.Options, TimeProvider.System);
        Assert.Empty(await ReadAsync(runs, 1, 100));
        await history.WriteAsync(Sample.Trades(10));
        await history.WriteAsync([.. Sample.Trades(15).Skip(7)]);
        await history.WriteAsync(Sample.Trade(20), Sample.Trade(21, id: "another"), Sample.Trade(21));
        await history.WriteAsync(Sample.Trade(16) with { InstrumentName = "it's \\ another" });

        // The exchange had the number before, when it counted another sequence.
        await history.WriteAsync(Sample.Trade(17) with { ExchangeTimeUnixMs = Sample.Milliseconds - (3 * Day) });
        Assert.Equal([new(1, 15), new(20, 21)], await ReadAsync(runs, 1, 100));
        Assert.Equal([new(5, 15), new(20, 20)], await ReadAsync(runs, 5, 20));
        Assert.Equal([new(17, 17)], await ReadAsync(runs, 1, 100, daysBefore: 3));
        Assert.Equal([new(16, 16)], await ReadAsync(runs, 1, 100, name: "it's \\ another"));
    }

    [Fact]
    public async Task Times_of_a_series_are_those_of_its_resolution_in_runs_of_its_step()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        using var runs = new ClickHouseStoredRuns(history.Options, TimeProvider.System);
        await history.WriteAsync(Sample.Candle(0), Sample.Candle(1), Sample.Candle(1), Sample.Candle(4), Sample.Candle(5));
        await history.WriteAsync(Sample.Candle(2) with { Resolution = TimeSpan.FromMinutes(3) });
        await history.WriteAsync(Sample.Funding(0), Sample.Funding(1), Sample.Funding(3));
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

    [Fact]
    public async Task History_that_cannot_be_read_is_one_sentence()
    {
        using var nowhere = new ClickHouseStoredRuns(new ClickHouseOptions { Url = "http://127.0.0.1:1" }, TimeProvider.System);
        var away = await Assert.ThrowsAsync<HistoryError>(() => ReadAsync(nowhere, 1, 100));
        Assert.Contains("ClickHouse at http://127.0.0.1:1 cannot be reached", away.Message, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<NumberRange>> ReadAsync(
        ClickHouseStoredRuns runs, long from, long to, int daysBefore = 0, string name = "BTC-PERPETUAL") => runs.ReadTradesAsync(
            _instrument with { Name = name }, new NumberRange(from, to),
            new NumberRange(Sample.Milliseconds - (daysBefore * Day), Sample.Milliseconds - (daysBefore * Day) + 1_000),
            TestContext.Current.CancellationToken);
}
