using MarketData.ClickHouse.Tests.Support;
using MarketData.History;
using MarketData.Pipeline;

namespace MarketData.ClickHouse.Tests.Integration;

[Trait("kind", "integration")]
public sealed class HistoryTests(RealClickHouse engine)
{
    private const string Reset = "ALTER TABLE trades RESET SETTING parts_to_throw_insert, parts_to_delay_insert, max_delay_to_insert";

    [Fact]
    public async Task Trade_is_stored_with_exact_values_and_nanoseconds()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.WriteAsync(Sample.Trade(5, price: 92011.500000000000000001m));
        Assert.Equal(
            "92011.500000000000000001|1795447094480929422|1795447094485|buy|92000.25|['BTC-LEG','BTC-OTHER'][7,NULL]",
            await history.AskAsync(
                "SELECT concat(toString(price), '|', toString(toUnixTimestamp64Nano(received_at)), '|', toString(toUnixTimestamp64Milli(timestamp)), "
                + "'|', direction, '|', toString(index_price), '|', toString(leg_instrument_names), toString(leg_trade_seqs)) FROM trades"));
    }

    [Fact]
    public async Task Largest_numbers_and_times_that_columns_hold_are_stored_exactly()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.WriteAsync(
            Sample.Trade(1, price: -99_999_999_999_999_999_999.99999999m) with
            {
                ExchangeTimeUnixMs = 10_413_791_999_999,
                ReceivedAtUnixNs = long.MaxValue,
                Amount = 0.000000000000000001m,
            });
        Assert.Equal(
            "-99999999999999999999.99999999|0.000000000000000001|10413791999999|9223372036854775807",
            await history.AskAsync("SELECT concat(toString(price), '|', toString(amount), '|', toString(toUnixTimestamp64Milli(timestamp)), '|', "
                + "toString(toUnixTimestamp64Nano(received_at))) FROM trades"));
    }

    [Fact]
    public async Task Every_kind_of_record_written_twice_is_there_once()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        IHistoryRecord[] events =
        [
            Sample.Trade(1), Sample.Ticker(), Sample.Book(BookAction.Update, 7), Sample.Book(BookAction.Snapshot, 7), Sample.Integrity("one"),
            Sample.Candle(), Sample.Funding(), Sample.Volatility(),
        ];
        for (var time = 0; time < 2; time++)
        {
            foreach (var item in events)
                Assert.Equal(0, await history.WriteAsync(item));
        }
        foreach (var table in HistoryTables.All)
            Assert.Equal("1", await history.AskAsync($"SELECT count() FROM {HistoryTables.NameOf(table)} FINAL"));
        Assert.Equal("[92011.5,-0.000000000000000001]", await history.AskAsync("SELECT toString(bid_prices) FROM book_updates FINAL"));
    }

    [Fact]
    public async Task What_the_exchange_publishes_comes_back_exactly_and_what_it_corrected_last_counts()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.WriteAsync(Sample.Candle(close: 2) with { ReceivedAtUnixNs = Sample.Nanoseconds + 1 });
        await history.WriteAsync(Sample.Candle(close: 1), Sample.Candle(close: 3) with { Resolution = TimeSpan.FromMinutes(3) });
        Assert.Equal(
            "60 2026-11-23 15:18:00.000 92000.5 -0.000000000000000001 2 1.25",
            await history.AskAsync("SELECT concat_ws(' ', resolution, timestamp, open, low, close, volume) FROM exchange_candles FINAL WHERE resolution = 60"));
        Assert.Equal("2", await history.AskAsync("SELECT count() FROM exchange_candles FINAL WHERE isNull(cost)"));
        await history.WriteAsync(Sample.Funding());
        Assert.Equal("-4.739622041017375e-7", await history.AskAsync("SELECT toString(interest_1h) FROM funding_rates FINAL WHERE isNull(interest_8h)"));
    }

    [Fact]
    public async Task Events_that_differ_never_collapse()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.WriteAsync(
            Sample.Book(BookAction.Snapshot, 7),
            Sample.Book(BookAction.Snapshot, 7, Sample.Nanoseconds + 10_000_000_000),
            Sample.Book(BookAction.Snapshot, 7, Sample.Nanoseconds + 20_000_000_000));
        await history.WriteAsync(Sample.Trade(1), Sample.Trade(1, id: "after the exchange counted anew"));
        var entry = Sample.Integrity("one");
        MarketDataEvent[] entries =
        [
            entry, Sample.Integrity("two"), Sample.Integrity(null), Sample.Integrity(""), entry with { ExchangeTimeUnixMs = 1 }, entry with { FromId = null },
            entry with { FromId = -1 }, entry with { ToTimeUnixMs = null }, entry with { ToTimeUnixMs = 0 },
        ];
        await history.WriteAsync(entries);
        Assert.Equal("3", await history.AskAsync("SELECT count() FROM book_snapshots FINAL"));
        Assert.Equal("2", await history.AskAsync("SELECT count() FROM trades FINAL"));
        Assert.Equal($"{entries.Length}", await history.AskAsync("SELECT count() FROM integrity FINAL"));
    }

    [Fact]
    public async Task Batch_of_more_days_than_the_servers_limit_is_stored()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        const long Day = 86_400_000_000_000;
        await history.WriteAsync([.. Enumerable.Range(0, 130).Select(day =>
            Sample.Book(BookAction.Update, day) with { ReceivedAtUnixNs = Sample.Nanoseconds + (day * Day) })]);
        Assert.Equal("130", await history.AskAsync("SELECT count() FROM book_updates"));
    }

    [Fact]
    public async Task Row46_Row_that_the_server_refuses_is_split_out_and_the_others_stay()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.DoAsync("ALTER TABLE trades ADD CONSTRAINT sane CHECK price < 1000000");
        var trades = Sample.Trades(100);
        trades[41] = Sample.Trade(42, price: 2_000_000);
        Assert.Equal(1, await history.WriteAsync(trades));
        Assert.Equal("99", await history.AskAsync("SELECT count() FROM trades"));
        var (index, reason) = Assert.Single(history.Rejected);
        Assert.Equal(41, index);
        Assert.Contains("refused_by_clickhouse", reason, StringComparison.Ordinal);
        Assert.Contains("sane", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row46_ClickHouse_down_and_back_loses_nothing()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.WriteAsync(Sample.Trades(100));
        await engine.KillAsync();
        var writing = history.WriteAsync([.. Sample.Trades(300).Skip(100)]);
        await history.UntilReasonAsync("clickhouse_unreachable");
        Assert.False(writing.IsCompleted);
        await engine.StartAgainAsync();
        Assert.Equal(0, await writing);
        Assert.Equal("300", await history.AskAsync("SELECT count() FROM trades FINAL"));
        Assert.Equal(LaneState.Ready, history.Store.Status.State);
    }

    [Fact]
    public async Task Row46_Insert_that_timed_out_but_was_applied_leaves_no_duplicate()
    {
        await using var proxy = new FaultProxy(await engine.RequireAsync());
        await using var history = await TestHistory.CreateAsync(engine, proxy.Url, TimeSpan.FromSeconds(1));
        await history.DoAsync("SYSTEM STOP MERGES trades");
        proxy.SwallowAnswersToInserts = true;
        var writing = history.WriteAsync(Sample.Trades(2000));
        await history.UntilReasonAsync("clickhouse_timeout");
        // Not even before parts are merged: the second attempt bore the same token.
        Assert.Equal("2000", await history.AskAsync("SELECT count() FROM trades"));
        proxy.SwallowAnswersToInserts = false;
        Assert.Equal(0, await writing);
        Assert.True(proxy.Inserts > 1);
        Assert.Equal("2000", await history.AskAsync("SELECT count() FROM trades"));
        Assert.Equal("2000", await history.AskAsync("SELECT count() FROM trades FINAL"));
    }

    [Fact]
    public async Task Row46_Too_many_parts_is_waited_out()
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.DoAsync("SYSTEM STOP MERGES trades");
        await history.DoAsync("ALTER TABLE trades MODIFY SETTING parts_to_throw_insert = 2, parts_to_delay_insert = 2, max_delay_to_insert = 0");
        await history.WriteAsync(Sample.Trade(1));
        await history.WriteAsync(Sample.Trade(2));
        var writing = history.WriteAsync(Sample.Trade(3));
        await history.UntilReasonAsync("clickhouse_too_many_parts");
        await history.DoAsync(Reset);
        Assert.Equal(0, await writing);
        Assert.Equal("3", await history.AskAsync("SELECT count() FROM trades FINAL"));
    }

    [Theory]
    [InlineData("ALTER TABLE trades MODIFY COLUMN amount Float64 CODEC(ZSTD(1))", "the column amount is Float64")]
    [InlineData("ALTER TABLE trades DROP COLUMN iv", "the column iv (Nullable(Float64)) is missing")]
    [InlineData("DROP TABLE trades", "There is no table trades.")]
    public async Task Row46_Schema_drift_fails_at_once_and_names_what_changed(string drift, string expected)
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.DoAsync(drift);
        foreach (var attempt in (Func<Task>[])[() => history.WriteAsync(Sample.Trade(1)), () => history.Store.StartAsync(TestContext.Current.CancellationToken)])
        {
            var error = await Assert.ThrowsAsync<SinkError>(attempt);
            Assert.Contains("clickhouse_schema", error.Message, StringComparison.Ordinal);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.Equal(LaneState.Failed, history.Store.Status.State);
        }
        Assert.Equal(LaneState.Ready, history.Store.StatusOf(HistoryTable.Tickers).State);
    }

    [Theory]
    [InlineData("DROP VIEW candles_1s_feed", "candles_1s_feed, which feeds on trades, is gone.")]
    [InlineData("DETACH TABLE candles_1m_feed", "candles_1m_feed, which feeds on trades, is gone.")]
    [InlineData(
        "ALTER TABLE candles_1m_feed MODIFY QUERY SELECT exchange, instrument_name, timestamp AS time FROM trades",
        "candles_1m_feed, which feeds on trades, was changed while this service ran.")]
    public async Task Row46_Feed_that_is_dropped_or_changed_stops_its_table_before_a_row_passes_it_by(string change, string expected)
    {
        await using var history = await TestHistory.CreateAsync(engine);
        await history.WriteAsync(Sample.Trades(10));
        await history.DoAsync(change);
        var error = await Assert.ThrowsAsync<SinkError>(() => history.WriteAsync(Sample.Trade(11)));
        Assert.Contains("clickhouse_schema", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("backfill.sql", error.Message, StringComparison.Ordinal);
        Assert.Equal(LaneState.Failed, history.Store.Status.State);
        Assert.Equal("10", await history.AskAsync("SELECT count() FROM trades"));
        Assert.Equal(0, await history.WriteAsync(Sample.Ticker()));
        Assert.Equal(0, await history.WriteAsync(Sample.Book(BookAction.Update, 1)));
    }
}
