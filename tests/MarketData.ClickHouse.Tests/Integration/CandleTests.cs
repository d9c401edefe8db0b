using System.Globalization;
using MarketData.ClickHouse.Tests.Support;

namespace MarketData.ClickHouse.Tests.Integration;

[Trait("kind", "integration")]
public sealed class CandleTests(RealClickHouse engine, SharedHistory shared) : IClassFixture<SharedHistory>
{
    // The beginning of a minute of the exchange's clock.
    private const long Minute = 1_795_447_080_000;

    [Fact]
    public async Task Trades_written_in_any_order_and_batches_and_twice_give_the_candles_of_the_trades()
    {
        var seed = Random.Shared.Next();
        await using var history = await TestHistory.CreateAsync(engine);
        var random = new Random(seed);
        // Seconds and minutes of many trades and of none; the second half is of a combo.
        var trades = Enumerable.Range(1, 400).Select(sequence => At(sequence, Minute + random.Next(180_000), 90_000 + random.Next(1_000) / 2m) with
        {
            InstrumentName = sequence % 2 == 0 ? "BTC-PERPETUAL" : "BTC-FS-26MAR27_PERP",
            ComboRole = sequence % 2 == 0 ? ComboRole.None : ComboRole.Combo,
            Amount = random.Next(1, 1_000) / 10m,
        }).ToArray();
        for (var time = 0; time < 2; time++)
        {
            random.Shuffle(trades);
            for (var (from, count) = (0, 0); from < trades.Length; from += count)
            {
                count = Math.Min(random.Next(1, 150), trades.Length - from);
                await history.WriteAsync([.. trades.Skip(from).Take(count)]);
            }
        }
        await AssertAllAsync(history, seed);
        await history.DoAsync("OPTIMIZE TABLE candles_1s_state FINAL");
        await history.DoAsync("OPTIMIZE TABLE candles_1m_state FINAL");
        await AssertAllAsync(history, seed);
    }

    [Fact]
    public async Task Second_that_is_split_over_two_inserts_is_one_candle()
    {
        var history = await shared.GetAsync(engine);
        await history.WriteAsync(At(1, Minute, 10), At(2, Minute + 400, 12));
        await history.WriteAsync(At(3, Minute + 400, 9), At(4, Minute + 999, 11), At(5, Minute + 1_000, 20));
        Assert.Equal("0s 10 12 9 11 40 4;1s 20 20 20 20 10 1", await CandlesAsync(history, "candles_1s"));
        Assert.Equal("0s 10 20 9 20 50 5", await CandlesAsync(history, "candles_1m"));
    }

    [Fact]
    public async Task Late_trade_changes_the_candle_of_its_own_second_and_no_other()
    {
        var history = await shared.GetAsync(engine);
        await history.WriteAsync(At(2, Minute + 500, 10), At(3, Minute + 1_500, 20));
        await history.WriteAsync(At(1, Minute + 100, 5) with { Source = TradeSource.Backfill });
        Assert.Equal("0s 5 10 5 10 20 2;1s 20 20 20 20 10 1", await CandlesAsync(history, "candles_1s"));
        Assert.Equal("0s 5 20 5 20 30 3", await CandlesAsync(history, "candles_1m"));
    }

    [Fact]
    public async Task Trades_after_the_exchange_counted_anew_are_later_and_are_counted()
    {
        var history = await shared.GetAsync(engine);
        await history.WriteAsync(At(900, Minute, 10), At(1, Minute + 10, 30) with { TradeId = "anew" });
        await history.WriteAsync(At(900, Minute + 20, 40) with { TradeId = "anew, too" });
        Assert.Equal("0s 10 40 10 40 30 3", await CandlesAsync(history, "candles_1s"));
    }

    [Fact]
    public async Task Time_that_ClickHouses_short_times_do_not_hold_pollutes_no_candle()
    {
        var history = await shared.GetAsync(engine);
        await history.WriteAsync(At(1, Minute + (1L << 32) * 1_000, 10));
        Assert.Equal("4294967280s 10 10 10 10 10 1", await CandlesAsync(history, "candles_1m"));
    }

    [Fact]
    public async Task Insert_is_not_acknowledged_while_a_candle_cannot_be_written_and_its_repetition_completes_it()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.DoAsync("CREATE MATERIALIZED VIEW broken TO candles_1m_state AS SELECT exchange, toDateTime64(throwIf(price = 20), 0, 'UTC') AS time FROM trades");
        var writing = history.WriteAsync(At(1, Minute, 10), At(2, Minute, 20));
        await history.UntilReasonAsync("clickhouse_refuses");
        Assert.False(writing.IsCompleted);
        // The trades are there already: what the repetition completes is only what is derived from them.
        Assert.Equal("2", await history.AskAsync("SELECT count() FROM trades"));
        await history.DoAsync("DROP VIEW broken");
        Assert.Equal(0, await writing);
        Assert.Equal("2", await history.AskAsync("SELECT count() FROM trades"));
        Assert.Equal("0s 10 20 10 20 20 2", await CandlesAsync(history, "candles_1m"));
        Assert.Equal("0s 10 20 10 20 20 2", await CandlesAsync(history, "candles_1s"));
    }

    [Fact]
    public async Task Feed_that_is_missing_is_named_at_the_start()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.DoAsync("DROP VIEW candles_1m_feed");
        var error = await Assert.ThrowsAsync<SinkError>(() => history.Store.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("There is no candles_1m_feed (MaterializedView).", error.Message, StringComparison.Ordinal);
    }

    // Each test has an instrument of its own.
    private static string Instrument => TestContext.Current.TestMethod!.MethodName;

    private static TradeEvent At(long sequence, long milliseconds, decimal price) =>
        Sample.Trade(sequence, price) with { InstrumentName = Instrument, ExchangeTimeUnixMs = milliseconds };

    // Time within the test, open, high, low, close, volume and trades of each candle.
    private static Task<string> CandlesAsync(TestHistory history, string view) => history.AskAsync(string.Create(CultureInfo.InvariantCulture,
        $"""
        SELECT arrayStringConcat(groupArray(line), ';') FROM (SELECT concat(toString(toUnixTimestamp64Second(time) - {Minute / 1_000}), 's ',
        arrayStringConcat([toString(open), toString(high), toString(low), toString(close), toString(volume), toString(trades)], ' ')) AS line
        FROM {view} WHERE instrument_name = '{Instrument}' ORDER BY time)
        """));

    // Each view against the same sums over the trades themselves, each once.
    private static async Task AssertAllAsync(TestHistory history, int seed)
    {
        foreach (var (view, seconds, atLeast) in ((string, int, int)[])[("candles_1s", 1, 150), ("candles_1m", 60, 6)])
        {
            var made = $"SELECT instrument_name, toUnixTimestamp64Second(time) AS at, open, high, low, close, volume, volume_without_combos, trades FROM {view}";
            var expected = $"""
                SELECT instrument_name, intDiv(toUnixTimestamp64Milli(timestamp), {seconds * 1_000}) * {seconds} AS at, argMin(price, (timestamp, trade_seq)),
                max(price), min(price), argMax(price, (timestamp, trade_seq)), sum(amount), sumIf(amount, combo_role != 'combo'), count()
                FROM trades FINAL GROUP BY instrument_name, at
                """;
            Assert.True(int.Parse(await history.AskAsync($"SELECT count() FROM {view}"), CultureInfo.InvariantCulture) >= atLeast);
            Assert.Equal(
                $"{seed}: 0, 0",
                $"{seed}: {await history.AskAsync($"SELECT count() FROM ({made} EXCEPT {expected})")}, {await history.AskAsync($"SELECT count() FROM ({expected} EXCEPT {made})")}");
        }
    }
}
