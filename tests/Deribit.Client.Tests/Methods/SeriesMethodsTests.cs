namespace Deribit.Client.Tests.Methods;

public sealed class SeriesMethodsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Candles_are_read_from_lists_side_by_side()
    {
        FakeCaller caller = new("""{"volume":[19.007942601,null],"ticks":[1554373800000,1554375600000],"status":"ok","open":[4963.42,4.98629e3],"low":[4728.94,4726.6],"high":[5185.45,5250.87],"cost":[19007.9,20095.8],"close":[5052.95,5013.59]}""");
        DeribitSeries<DeribitCandle> series = await caller.GetTradingViewChartDataAsync("X", 1, 9, "30", Token);
        Assert.Equal("public/get_tradingview_chart_data", caller.Method);
        Assert.Equal("""{"instrument_name":"X","start_timestamp":1,"end_timestamp":9,"resolution":"30"}""", caller.Params);
        Assert.Equal(
            [
                new DeribitCandle(1554373800000, 4963.42m, 5185.45m, 4728.94m, 5052.95m, 19.007942601, 19007.9),
                new DeribitCandle(1554375600000, 4986.29m, 5250.87m, 4726.6m, 5013.59m, null, 20095.8),
            ],
            series.Rows);
        Assert.Empty((await new FakeCaller("""{"volume":[],"ticks":[],"status":"no_data","open":[],"low":[],"high":[],"cost":[],"close":[]}""")
            .GetTradingViewChartDataAsync("X", 1, 9, "30", Token)).Rows);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"ticks":[1],"open":[1],"high":[1],"low":[1]}""")]
    [InlineData("""{"ticks":[1,2],"open":[1],"high":[1],"low":[1],"close":[1]}""")]
    [InlineData("""{"ticks":[1],"open":[1],"high":[1],"low":[1],"close":[1],"volume":[]}""")]
    [InlineData("""{"ticks":[1],"ticks":[1],"open":[1],"high":[1],"low":[1],"close":[1]}""")]
    [InlineData("""{"ticks":[1],"open":[null],"high":[1],"low":[1],"close":[1]}""")]
    public async Task Candles_that_cannot_be_used_are_a_protocol_fault(string result) =>
        await Assert.ThrowsAsync<DeribitProtocolException>(() => new FakeCaller(result).GetTradingViewChartDataAsync("X", 1, 9, "1", Token));

    [Fact]
    public async Task Funding_is_read_hour_by_hour()
    {
        FakeCaller caller = new("""[{"timestamp":1569891600000,"prev_index_price":8222.87,"interest_8h":-0.00009234260068476106,"interest_1h":-4.739622041017375e-7,"index_price":8228.86},{"timestamp":1569895200000,"interest_1h":0}]""");
        DeribitSeries<DeribitFundingRate> series = await caller.GetFundingRateHistoryAsync("X", 1, 9, Token);
        Assert.Equal(("public/get_funding_rate_history", """{"instrument_name":"X","start_timestamp":1,"end_timestamp":9}"""), (caller.Method, caller.Params));
        Assert.Equal(
            [
                new DeribitFundingRate(1569891600000, 8228.86m, 8222.87m, -4.739622041017375e-7, -0.00009234260068476106),
                new DeribitFundingRate(1569895200000, null, null, 0, null),
            ],
            series.Rows);
        await Assert.ThrowsAsync<DeribitProtocolException>(() => new FakeCaller("""[{"interest_1h":0}]""").GetFundingRateHistoryAsync("X", 1, 9, Token));
        await Assert.ThrowsAsync<DeribitProtocolException>(() => new FakeCaller("""[{"timestamp":1}]""").GetFundingRateHistoryAsync("X", 1, 9, Token));
    }

    [Fact]
    public async Task Volatility_is_read_with_where_it_goes_on()
    {
        FakeCaller caller = new("""{"data":[[1598019300000,0.210084879,0.212860821,0.21,0.212860821]],"continuation":1598019240000}""");
        DeribitSeries<DeribitVolatilityCandle> series = await caller.GetVolatilityIndexDataAsync("BTC", 1, 9, "60", Token);
        Assert.Equal(
            ("public/get_volatility_index_data", """{"currency":"BTC","start_timestamp":1,"end_timestamp":9,"resolution":"60"}"""), (caller.Method, caller.Params));
        Assert.Equal([new DeribitVolatilityCandle(1598019300000, 0.210084879, 0.212860821, 0.21, 0.212860821)], series.Rows);
        Assert.Equal(1598019240000, series.Continuation);
        Assert.Null((await new FakeCaller("""{"data":[],"continuation":null}""").GetVolatilityIndexDataAsync("BTC", 1, 9, "60", Token)).Continuation);
        foreach (string wrong in (string[])["{}", """{"data":[[1,2,3,4]]}""", """{"data":[[1,2,3,4,5,6]]}""", """{"data":[[1,2,null,4,5]]}"""])
            await Assert.ThrowsAsync<DeribitProtocolException>(() => new FakeCaller(wrong).GetVolatilityIndexDataAsync("BTC", 1, 9, "60", Token));
    }
}
