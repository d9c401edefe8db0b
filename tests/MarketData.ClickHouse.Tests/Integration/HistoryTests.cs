using MarketData.ClickHouse.Tests.Support;
using TestRigs;

namespace MarketData.ClickHouse.Tests.Integration;

[Trait("kind", "integration")]
public sealed class HistoryTests(RealClickHouse engine)
{
    [Fact]
    public async Task Trade_is_stored_with_exact_values_and_nanoseconds()
    {
        await using var history = await History.CreateAsync(engine);
        await history.WriteAsync(HistoryTable.Trades, Sample.Trade(5, price: 92011.500000000000000001m));
        Assert.Equal(
            "92011.500000000000000001|1795447094480929422|1795447094485|buy|92000.25|['BTC-LEG','BTC-OTHER'][7,NULL]",
            await history.AskAsync(
                "SELECT concat(toString(price), '|', toString(toUnixTimestamp64Nano(received_at)), '|', toString(toUnixTimestamp64Milli(timestamp)), "
                + "'|', direction, '|', toString(index_price), '|', toString(leg_instrument_names), toString(leg_trade_seqs)) FROM trades"));
    }

    [Fact]
    public async Task Every_kind_of_event_written_twice_is_there_once()
    {
        await using var history = await History.CreateAsync(engine);
        MarketDataEvent[] events =
            [Sample.Trade(1), Sample.Ticker(), Sample.Book(BookAction.Update, 7), Sample.Book(BookAction.Snapshot, 7), Sample.Integrity("one")];
        for (var time = 0; time < 2; time++)
        {
            foreach (var item in events)
                Assert.Equal(new WriteResult(1, 0), await history.WriteAsync(ClickHouseWriter.TableOf(item), item));
        }
        foreach (var table in (string[])["trades", "tickers", "book_updates", "book_snapshots", "integrity"])
            Assert.Equal("1", await history.AskAsync($"SELECT count() FROM {table} FINAL"));
        Assert.Equal("[92011.5,-0.000000000000000001]", await history.AskAsync("SELECT toString(bid_prices) FROM book_updates FINAL"));
    }

    [Fact]
    public async Task Events_that_differ_never_collapse()
    {
        await using var history = await History.CreateAsync(engine);
        await history.WriteAsync(
            HistoryTable.BookSnapshots,
            Sample.Book(BookAction.Snapshot, 7),
            Sample.Book(BookAction.Snapshot, 7, Sample.Nanoseconds + 10_000_000_000),
            Sample.Book(BookAction.Snapshot, 7, Sample.Nanoseconds + 20_000_000_000));
        await history.WriteAsync(HistoryTable.Trades, Sample.Trade(1), Sample.Trade(1, id: "after the exchange counted anew"));
        await history.WriteAsync(HistoryTable.Integrity, Sample.Integrity(null), Sample.Integrity("one"), Sample.Integrity("two"));
        Assert.Equal("3", await history.AskAsync("SELECT count() FROM book_snapshots FINAL"));
        Assert.Equal("2", await history.AskAsync("SELECT count() FROM trades FINAL"));
        Assert.Equal("3", await history.AskAsync("SELECT count() FROM integrity FINAL"));
    }

    [Fact]
    public async Task Row_that_the_server_refuses_is_split_out_and_the_others_stay()
    {
        await using var history = await History.CreateAsync(engine);
        await history.DoAsync("ALTER TABLE trades ADD CONSTRAINT sane CHECK price < 1000000");
        var trades = Sample.Trades(100);
        trades[41] = Sample.Trade(42, price: 2_000_000);
        Assert.Equal(new WriteResult(99, 1), await history.WriteAsync(HistoryTable.Trades, trades));
        Assert.Equal("99", await history.AskAsync("SELECT count() FROM trades"));
        var rejected = Assert.Single(history.Rejected);
        Assert.Equal((41, 42), (rejected.Index, ((TradeEvent)rejected.Event).TradeSequence));
        Assert.Contains("refused_by_clickhouse", rejected.Reason, StringComparison.Ordinal);
        Assert.Contains("sane", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row46_ClickHouse_down_and_back_loses_nothing()
    {
        await using var history = await History.CreateAsync(engine);
        await history.WriteAsync(HistoryTable.Trades, Sample.Trades(100));
        await engine.KillAsync();
        var writing = history.WriteAsync(HistoryTable.Trades, [.. Sample.Trades(300).Skip(100)]);
        await Until.TrueAsync(
            () => history.Writer.Status.Reason.StartsWith("clickhouse_unreachable: ", StringComparison.Ordinal), () => $"{history.Writer.Status}");
        Assert.False(writing.IsCompleted);
        await engine.StartAgainAsync();
        Assert.Equal(new WriteResult(200, 0), await writing);
        Assert.Equal("300", await history.AskAsync("SELECT count() FROM trades FINAL"));
        Assert.Equal(Pipeline.LaneState.Ready, history.Writer.Status.State);
    }

    [Fact]
    public async Task Row46_Insert_that_timed_out_but_was_applied_leaves_no_duplicate()
    {
        await using var proxy = new FaultProxy(await engine.RequireAsync());
        await using var history = await History.CreateAsync(engine, proxy.Url, TimeSpan.FromSeconds(1));
        await history.WriteAsync(HistoryTable.Trades, Sample.Trade(1));
        // The look at the columns passes, then answers are kept until the rows are there.
        var writing = WriteThroughAsync();
        await Until.TrueAsync(
            () => history.Writer.Status.Reason.StartsWith("clickhouse_timeout: ", StringComparison.Ordinal), () => $"{history.Writer.Status}");
        proxy.SwallowsAnswers = false;
        Assert.Equal(new WriteResult(2000, 0), await writing);
        Assert.Equal("2000", await history.AskAsync("SELECT count() FROM trades"));
        Assert.Equal("2000", await history.AskAsync("SELECT count() FROM trades FINAL"));

        async Task<WriteResult> WriteThroughAsync()
        {
            var result = history.WriteAsync(HistoryTable.Trades, Sample.Trades(2000));
            await Until.TrueAsync(async () => await history.AskAsync("SELECT count() > 1 FROM trades") != "0", () => "no rows arrived");
            return await result;
        }
    }

    [Fact]
    public async Task Row46_Too_many_parts_is_waited_out()
    {
        await using var history = await History.CreateAsync(engine);
        await history.DoAsync("SYSTEM STOP MERGES trades");
        await history.DoAsync("ALTER TABLE trades MODIFY SETTING parts_to_throw_insert = 2, parts_to_delay_insert = 2, max_delay_to_insert = 0");
        await history.WriteAsync(HistoryTable.Trades, Sample.Trade(1));
        await history.WriteAsync(HistoryTable.Trades, Sample.Trade(2));
        var writing = history.WriteAsync(HistoryTable.Trades, Sample.Trade(3));
        await Until.TrueAsync(
            () => history.Writer.Status.Reason.StartsWith("clickhouse_too_many_parts: ", StringComparison.Ordinal), () => $"{history.Writer.Status}");
        await history.DoAsync("ALTER TABLE trades RESET SETTING parts_to_throw_insert, parts_to_delay_insert, max_delay_to_insert");
        Assert.Equal(new WriteResult(1, 0), await writing);
        Assert.Equal("3", await history.AskAsync("SELECT count() FROM trades FINAL"));
    }

    [Theory]
    [InlineData("ALTER TABLE trades MODIFY COLUMN amount Float64", "the column amount is Float64")]
    [InlineData("ALTER TABLE trades DROP COLUMN iv", "the column iv (Nullable(Float64)) is missing")]
    [InlineData("DROP TABLE trades", "There is no table trades.")]
    public async Task Row46_Schema_drift_fails_at_once_and_names_what_changed(string drift, string expected)
    {
        await using var history = await History.CreateAsync(engine);
        await history.DoAsync(drift);
        var error = await Assert.ThrowsAsync<SinkError>(() => history.WriteAsync(HistoryTable.Trades, Sample.Trade(1)));
        Assert.Contains("clickhouse_schema_drift", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(Pipeline.LaneState.Failed, history.Writer.Status.State);
        Assert.Equal(Pipeline.LaneState.Ready, history.Writer.StatusOf(HistoryTable.Tickers).State);
    }
}
