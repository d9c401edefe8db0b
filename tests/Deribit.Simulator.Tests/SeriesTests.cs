using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Deribit.Simulator.Tests;

/// <summary>Candles, funding and volatility: what the simulator says of its past.</summary>
[Trait("kind", "integration")]
public sealed class SeriesTests
{
    private const string Name = "ETH-PERPETUAL";
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Candles_are_those_of_its_trades_without_a_hole_and_with_the_one_that_runs()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await SimulatorServer.StartAsync(MarketTests.Still with { TimeProvider = clock }, Cancel);
        var begin = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using (var early = await SimClient.ConnectAsync(server))
        {
            Assert.Equal("no_data", (await CandlesAsync(early, begin, begin + Hour, "1")).GetProperty("status").GetString());
        }

        foreach (var (trades, minutes) in ((int, int)[])[(3, 1), (2, 2), (1, 0)])
        {
            server.Market.Trade(Name, trades);
            clock.Advance(TimeSpan.FromMinutes(minutes));
        }

        await using var client = await SimClient.ConnectAsync(server);
        var candles = await CandlesAsync(client, begin, begin + Hour, "1");
        Assert.Equal("ok", candles.GetProperty("status").GetString());
        Assert.Equal([begin, begin + Minute, begin + (2 * Minute), begin + (3 * Minute)], Numbers(candles, "ticks").Select(time => (long)time));
        var known = server.Market.GetTrades(Name);
        Assert.Equal([.. new[] { 3, 2, 0, 1 }.Select(count => count * known[0].Amount)], Numbers(candles, "cost"));
        Assert.Equal([known[0].Price, known[3].Price, known[4].Price, known[5].Price], Numbers(candles, "open"));
        Assert.Equal([known[2].Price, known[4].Price, known[4].Price, known[5].Price], Numbers(candles, "close"));
        Assert.Single(Numbers(await CandlesAsync(client, begin, begin + Hour, "5"), "ticks"));
        Assert.Equal(2, Numbers(await CandlesAsync(client, begin + Minute, begin + (2 * Minute), "1"), "ticks").Length);
    }

    [Fact]
    public async Task Funding_goes_on_where_the_hour_before_ended_and_only_perpetuals_have_it()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await SimulatorServer.StartAsync(MarketTests.Still with { TimeProvider = clock }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var query = new { instrument_name = Name, start_timestamp = now - (5 * Hour), end_timestamp = now + Hour };
        var rates = (await client.CallAsync("public/get_funding_rate_history", query)).GetProperty("result").EnumerateArray().ToArray();
        Assert.Equal(Enumerable.Range(-5, 6).Select(hour => now + (hour * Hour)), rates.Select(rate => rate.GetProperty("timestamp").GetInt64()));
        Assert.Equal(
            rates[..^1].Select(rate => rate.GetProperty("index_price").GetDecimal()),
            rates[1..].Select(rate => rate.GetProperty("prev_index_price").GetDecimal()));
        var other = server.Market.InstrumentNames.First(name => !name.EndsWith("PERPETUAL", StringComparison.Ordinal));
        foreach (var wrong in (object[])[new { instrument_name = other, query.start_timestamp, query.end_timestamp }, new { instrument_name = Name, query.end_timestamp }])
            Assert.Equal(-32602, (await client.CallAsync("public/get_funding_rate_history", wrong)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Volatility_comes_in_pages_from_the_newest_to_the_oldest_each_candle_once()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await SimulatorServer.StartAsync(MarketTests.Still with { TimeProvider = clock }, Cancel);
        await using var client = await SimClient.ConnectAsync(server);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var times = new List<long>();
        for (long? end = now; end is not null;)
        {
            var page = (await client.CallAsync(
                "public/get_volatility_index_data",
                new { currency = "BTC", start_timestamp = now - (1_500 * Minute), end_timestamp = end, resolution = "60" })).GetProperty("result");
            times.AddRange(page.GetProperty("data").EnumerateArray().Select(candle => candle[0].GetInt64()));
            end = page.GetProperty("continuation") is { ValueKind: JsonValueKind.Number } next ? next.GetInt64() : null;
        }

        Assert.Equal(1_501, times.Count);
        Assert.Equal(Enumerable.Range(-1_500, 1_501).Select(minute => now + (minute * Minute)), times.Order());
        var wrong = await client.CallAsync(
            "public/get_volatility_index_data", new { currency = "BTC", start_timestamp = now, end_timestamp = now, resolution = "7" });
        Assert.Equal(-32602, wrong.GetProperty("error").GetProperty("code").GetInt32());
    }

    private static async Task<JsonElement> CandlesAsync(SimClient client, long from, long to, string resolution) => (await client.CallAsync(
        "public/get_tradingview_chart_data", new { instrument_name = Name, start_timestamp = from, end_timestamp = to, resolution })).GetProperty("result");

    private static decimal[] Numbers(JsonElement candles, string name) => [.. candles.GetProperty(name).EnumerateArray().Select(one => one.GetDecimal())];
}
